"""What happens, told to clients as it happens."""
