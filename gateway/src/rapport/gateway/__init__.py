"""The GraphQL gateway for web and mobile clients."""
