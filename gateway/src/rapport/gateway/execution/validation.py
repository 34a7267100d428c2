"""The validation rules of a document, without those about what it does not contain: each costs time at every node."""

from collections.abc import Mapping

from graphql import NoSchemaIntrospectionCustomRule, specified_rules, validation
from graphql.validation import ASTValidationRule
from strawberry.schema.validation_rules.maybe_null import MaybeNullValidationRule
from strawberry.schema.validation_rules.one_of import OneOfInputValidationRule

_VARIABLES, _FRAGMENTS, _DIRECTIVES, _ARGUMENTS = {"$"}, {"...", "fragment"}, {"@"}, {"("}
_ONLY_WITH: Mapping[type[ASTValidationRule], set[str]] = {
    **dict.fromkeys(
        (
            validation.VariablesAreInputTypesRule,
            validation.UniqueVariableNamesRule,
            validation.NoUndefinedVariablesRule,
            validation.NoUnusedVariablesRule,
            validation.VariablesInAllowedPositionRule,
        ),
        _VARIABLES,
    ),
    **dict.fromkeys(
        (
            validation.FragmentsOnCompositeTypesRule,
            validation.UniqueFragmentNamesRule,
            validation.KnownFragmentNamesRule,
            validation.NoUnusedFragmentsRule,
            validation.PossibleFragmentSpreadsRule,
            validation.NoFragmentCyclesRule,
        ),
        _FRAGMENTS,
    ),
    **dict.fromkeys(
        (
            validation.KnownDirectivesRule,
            validation.UniqueDirectivesPerLocationRule,
            validation.DeferStreamDirectiveOnRootField,
            validation.DeferStreamDirectiveOnValidOperationsRule,
            validation.DeferStreamDirectiveLabel,
            validation.StreamDirectiveOnListField,
        ),
        _DIRECTIVES,
    ),
    **dict.fromkeys(
        (
            validation.KnownArgumentNamesRule,
            validation.UniqueArgumentNamesRule,
            validation.UniqueInputFieldNamesRule,
            validation.ValuesOfCorrectTypeRule,
            MaybeNullValidationRule,
            OneOfInputValidationRule,
        ),
        _ARGUMENTS,
    ),
    validation.SingleFieldSubscriptionsRule: {"subscription"},
    validation.MaxIntrospectionDepthRule: {"__schema", "__type"},
}
"""Rules about parts that only some documents have, and the tokens of which such a document has at least one."""


def rules_for(tokens: frozenset[str], *, introspection: bool) -> list[type[ASTValidationRule]]:
    """The rules for a document with these tokens.

    Args:
        tokens: all that occur in it.
        introspection: whether it may query the schema.
    """
    own = () if introspection else (NoSchemaIntrospectionCustomRule,)
    all_rules = (*specified_rules, MaybeNullValidationRule, OneOfInputValidationRule, *own)
    return [rule for rule in all_rules if not tokens.isdisjoint(_ONLY_WITH.get(rule, tokens))]
