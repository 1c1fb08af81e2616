package resolvers

import "github.com/vektah/gqlparser/v2/validator/rules"

// rulesWithoutSuggestions are validation's rules without "Did you mean", by
// which a stranger can read, word by word, a schema that is not to be read. The
// other two that make suggestions, FieldsOnCorrectType and ScalarLeafs, are
// gqlgen's to silence (SetDisableSuggestion).
func rulesWithoutSuggestions() *rules.Rules {
	all := rules.NewDefaultRules()
	all.ReplaceRule(rules.KnownArgumentNamesRule.Name, rules.KnownArgumentNamesRuleWithoutSuggestions.RuleFunc)
	all.ReplaceRule(rules.KnownTypeNamesRule.Name, rules.KnownTypeNamesRuleWithoutSuggestions.RuleFunc)
	all.ReplaceRule(rules.ValuesOfCorrectTypeRule.Name, rules.ValuesOfCorrectTypeRuleWithoutSuggestions.RuleFunc)
	return all
}
