// Which variables, selectors and properties an appearance can have:
// docs.stripe.com/elements/appearance-api. The others get a warning and have no
// effect, as with Stripe's.

const VARIABLES = names('fontFamily fontSmooth fontVariantLigatures fontVariationSettings fontLineHeight fontSizeBase fontSizeSm fontSizeXs fontSize2Xs fontSize3Xs '
  + 'fontSizeLg fontSizeXl fontWeightLight fontWeightNormal fontWeightMedium fontWeightBold spacingUnit gridRowSpacing gridColumnSpacing '
  + 'tabSpacing accordionItemSpacing spacingGridRow spacingGridColumn spacingTab spacingAccordionItem accordionItemLabelColorText '
  + 'accordionItemLabelFontSize accordionItemLabelFontWeight accordionItemLabelSelectedColorText accordionItemLabelSelectedFontWeight '
  + 'accordionItemTriggerColor accordionItemTriggerSelectedColor accordionItemTriggerHoverColor colorPrimary colorBackground colorText '
  + 'colorSuccess colorDanger colorWarning buttonBoxShadow buttonColorBackground buttonColorText buttonFontSize buttonFontWeight buttonPadding '
  + 'colorTextSecondary colorTextPlaceholder accessibleColorOnColorPrimary accessibleColorOnColorBackground accessibleColorOnColorSuccess '
  + 'accessibleColorOnColorDanger accessibleColorOnColorWarning colorPrimaryText colorBackgroundText colorSuccessText colorDangerText '
  + 'colorWarningText iconColor iconHoverColor iconCardErrorColor iconCardCvcColor iconCardCvcErrorColor iconCheckmarkColor '
  + 'iconChevronDownColor iconChevronDownHoverColor iconCloseColor iconCloseHoverColor iconLoadingIndicatorColor iconMenuColor '
  + 'iconMenuHoverColor iconPasscodeDeviceColor iconPasscodeDeviceHoverColor iconPasscodeDeviceNotificationColor iconRedirectColor colorIcon '
  + 'colorIconHover colorIconCardError colorIconCardCvc colorIconCardCvcError colorIconCheckmark colorIconChevronDown colorIconChevronDownHover '
  + 'colorIconRedirect tabIconColor tabIconHoverColor tabIconSelectedColor tabIconMoreColor tabIconMoreHoverColor colorIconTab '
  + 'colorIconTabHover colorIconTabSelected colorIconTabMore colorIconTabMoreHover logoColor tabLogoColor tabLogoSelectedColor blockLogoColor '
  + 'colorLogo colorLogoTab colorLogoTabSelected colorLogoBlock focusBoxShadow focusOutline inputBoxShadow inputColorBorder inputFocusBoxShadow '
  + 'inputFocusColorBorder labelColorText labelFontSize labelFontWeight labelSpacing buttonBorderRadius buttonExpressCheckoutBorderRadius '
  + 'borderRadius pickerItemSpacing spacingPickerItem');

// Variables from which others are computed: they must be plain colors.
const PLAIN_COLORS = names('colorPrimary colorText colorSuccess colorDanger colorWarning');

const RULE_CLASSES = names('Input Label Error Tab TabIcon TabLabel AccordionItem Block BlockDivider BlockAction RadioIcon RadioIconOuter RadioIconInner CodeInput '
  + 'Checkbox CheckboxLabel CheckboxInput Dropdown DropdownItem Switch SwitchControl PickerItem PickerAction Menu MenuIcon MenuAction Text TermsText TermsLink '
  + 'RedirectText Link SecondaryLink Action Button Icon PasscodeCloseIcon PasscodeShowIcon CardBrandIcon InputCloseIcon InputDivider OverlayButton AccordionButton');

const RULE_STATES = names('selected invalid empty focused floating resting checked active open highlight new disabled negative terms redirect');

const RULE_PSEUDO = names(':hover :focus :focus-visible :active :disabled :autofill :checked ::placeholder ::selection');

const RULE_PROPERTIES = names('-moz-osx-font-smoothing -webkit-font-smoothing -webkit-text-fill-color backgroundColor boxShadow color fill fillOpacity fontFamily fontSize '
  + 'fontVariant fontWeight letterSpacing lineHeight margin marginBottom marginLeft marginRight marginTop opacity outline outlineOffset padding paddingBottom '
  + 'paddingLeft paddingRight paddingTop stroke strokeWidth textDecoration textShadow textTransform transition border borderRadius borderColor borderStyle '
  + 'borderWidth borderTopLeftRadius borderTopRightRadius borderBottomLeftRadius borderBottomRightRadius '
  + 'borderTop borderTopColor borderTopStyle borderTopWidth borderBottom borderBottomColor borderBottomStyle borderBottomWidth '
  + 'borderLeft borderLeftColor borderLeftStyle borderLeftWidth borderRight borderRightColor borderRightStyle borderRightWidth');

// known returns the entries of an object that satisfy a function. It warns of the
// others, with the text that the function returns.
function known(given, fault) {
  return Object.keys(isPlain(given) ? given : {}).reduce((all, key) => {
    const text = fault(key, given[key]);
    if (text) {
      warnOnce('stripe.elements(): ' + text);
      return all;
    }
    return Object.assign(all, { [key]: given[key] });
  }, {});
}

function knownVariables(appearance) {
  return known(deep(appearance, 'variables'), (name, value) => {
    if (!VARIABLES[name]) {
      return 'invalid variable "' + name + '"; "' + name + '" is not a supported variable.';
    }
    const plain = /^(#[0-9a-f]{3}([0-9a-f]{3})?|(rgb|hsl)\(.*\)|var\(.*\))$/i.test(String(value).trim());
    return PLAIN_COLORS[name] && !plain
      ? 'invalid variable value "' + value + '" provided to "' + name + '"; "' + name + '" accepts a valid HEX, rgb(), or hsl() CSS color.' : '';
  });
}

// selectable reports whether a rule can have a selector: a public class with a
// state and pseudo-classes.
function selectable(selector) {
  const [, name, state, pseudo] = /^\.([A-Z][A-Za-z]*)(?:--([a-z]+))?((?:::?[a-z-]+)*)$/.exec(selector.trim()) || [];
  return RULE_CLASSES[name] === ANY && (!state || RULE_STATES[state] === ANY)
    && (pseudo.match(/::?[a-z-]+/g) || []).every(p => RULE_PSEUDO[p] === ANY);
}

function knownRules(appearance) {
  const rules = known(deep(appearance, 'rules'), selector => (selector.split(',').every(selectable) ? ''
    : 'invalid selector "' + selector + '"; only public class names with their states, pseudo-classes and pseudo-elements are supported.'));
  Object.keys(rules).forEach(selector => {
    rules[selector] = known(rules[selector], name => (RULE_PROPERTIES[name] ? '' : '"' + name + '" is not a supported property for "' + selector + '"'));
  });
  return rules;
}
