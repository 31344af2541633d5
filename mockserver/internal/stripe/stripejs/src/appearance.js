// The appearance option of a group of elements, for the payment element:
// docs.stripe.com/elements/appearance-api. Variables become custom properties
// of the same names, so that rules may use var(--colorPrimary), too.

const SYSTEM_FONT = '-apple-system, BlinkMacSystemFont, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif';

const THEMES = {
  stripe: {
    colorPrimary: '#0570de', colorBackground: '#ffffff', colorText: '#30313d', colorDanger: '#df1b41', colorTextSecondary: '#6d6e78',
    colorTextPlaceholder: '#757680', inputColorBorder: '#e0e3e8', inputBoxShadow: '0 1px 2px rgba(0, 0, 0, 0.05)', borderRadius: '5px',
  },
  night: {
    colorPrimary: '#85d996', colorBackground: '#30313d', colorText: '#ffffff', colorDanger: '#fe87a1', colorTextSecondary: '#bfc0c8',
    colorTextPlaceholder: '#a3a4ae', inputColorBorder: '#4d4e5e', inputBoxShadow: '0 1px 2px rgba(0, 0, 0, 0.4)', borderRadius: '5px',
  },
  flat: {
    colorPrimary: '#0570de', colorBackground: '#f1f1f4', colorText: '#30313d', colorDanger: '#c40d32', colorTextSecondary: '#5f606b',
    colorTextPlaceholder: '#6d6e78', inputColorBorder: 'transparent', inputBoxShadow: 'none', borderRadius: '6px',
  },
};

const COMMON_VARIABLES = {
  fontFamily: SYSTEM_FONT, fontSizeBase: '16px', fontLineHeight: '1.4', spacingUnit: '4px', fontWeightNormal: '400', fontWeightMedium: '500',
  labelColorText: 'var(--colorText)', labelFontSize: '0.93em', labelFontWeight: 'var(--fontWeightNormal)', labelSpacing: 'var(--spacingUnit)',
  gridRowSpacing: 'calc(var(--spacingUnit) * 3)', gridColumnSpacing: 'calc(var(--spacingUnit) * 3)', tabSpacing: 'calc(var(--spacingUnit) * 2)',
  iconColor: 'var(--colorTextSecondary)', focusBoxShadow: '0 0 0 3px color-mix(in srgb, var(--colorPrimary) 28%, transparent)',
};

// Newer names of some variables.
const SAME_VARIABLES = {
  spacingGridRow: 'gridRowSpacing', spacingGridColumn: 'gridColumnSpacing', spacingTab: 'tabSpacing', spacingAccordionItem: 'accordionItemSpacing',
  colorIcon: 'iconColor',
};

// variablesOf returns every variable of an appearance.
function variablesOf(appearance) {
  const given = isObject(appearance) ? appearance : {};
  const own = {};
  const variables = knownVariables(given);
  Object.keys(variables).forEach(key => {
    own[SAME_VARIABLES[key] || key] = variables[key];
  });
  return Object.assign({}, COMMON_VARIABLES, THEMES[given.theme] || THEMES.stripe, own);
}

// fieldLook returns how an appearance draws labels and inputs.
function fieldLook(appearance) {
  const { labels, inputs } = isObject(appearance) ? appearance : {};
  const condensed = inputs === 'condensed';
  return { condensed, floating: labels === 'floating' || condensed && labels !== 'above' };
}

// appearanceRules returns the rules of an appearance for one element. A selector
// such as .Input--invalid:focus means the class cqs-Input--invalid here.
function appearanceRules(appearance, instance) {
  const own = (selector, properties) => rule(scoped(selector, instance), properties);
  const given = knownRules(appearance);
  const custom = Object.keys(given).map(selector => own(selector.replace(/\.([A-Z])/g, '.cqs-$1'), given[selector]));
  const variables = {};
  const values = variablesOf(appearance);
  Object.keys(values).forEach(key => {
    variables['--' + key] = values[key];
  });
  const still = isObject(appearance) && appearance.disableAnimations ? [own('.cqs-n', { transition: 'none', animation: 'none' })] : [];
  return [own('&', variables)].concat(frameRules(own), inputRules(own), labelRules(own), choiceRules(own), accordionRules(own), still, custom);
}

function frameRules(own) {
  return [
    own('&', {
      color: 'var(--colorText)', fontFamily: 'var(--fontFamily)', fontSize: 'var(--fontSizeBase)', lineHeight: 'var(--fontLineHeight)',
    }),
    own('.cqs-Form', { display: 'grid', gridTemplateColumns: 'minmax(0, 1fr)', gap: 'var(--gridRowSpacing)' }),
    own('.cqs-row', {
      display: 'grid', gridTemplateColumns: 'repeat(auto-fit, minmax(7.2em, 1fr))', columnGap: 'var(--gridColumnSpacing)', rowGap: 'var(--gridRowSpacing)',
      alignItems: 'start',
    }),
    own('.cqs-Label', {
      display: 'block', color: 'var(--labelColorText)', fontSize: 'var(--labelFontSize)', fontWeight: 'var(--labelFontWeight)', padding: '0',
      marginBottom: 'var(--labelSpacing)', whiteSpace: 'nowrap', overflow: 'hidden', textOverflow: 'ellipsis',
    }),
    own('.cqs-Error', { color: 'var(--colorDanger)', fontSize: '0.875em', marginTop: 'var(--spacingUnit)' }),
    own('.cqs-TermsText, .cqs-note', { color: 'var(--colorTextSecondary)', fontSize: '0.84em', lineHeight: '1.45' }),
    own('.cqs-note', { border: '1px dashed var(--colorTextSecondary)', borderRadius: 'var(--borderRadius)', padding: 'calc(var(--spacingUnit) * 3)' }),
    own('.cqs-bone', {
      height: '2.75em', borderRadius: 'var(--borderRadius)', background: 'var(--colorTextSecondary)', opacity: '0.14', display: 'block',
    }),
  ];
}

function inputRules(own) {
  return [
    own('.cqs-Input', {
      appearance: 'none', WebkitAppearance: 'none', display: 'block', width: '100%', minWidth: '0', maxWidth: 'none', height: 'auto', font: 'inherit',
      color: 'var(--colorText)', background: 'var(--colorBackground)', border: '1px solid var(--inputColorBorder)', borderRadius: 'var(--borderRadius)',
      boxShadow: 'var(--inputBoxShadow)', padding: 'calc(var(--spacingUnit) * 3)', outline: '0', transition: 'border-color .15s, box-shadow .15s',
    }),
    own('.cqs-Input::placeholder', { all: 'revert', color: 'var(--colorTextPlaceholder)', opacity: '1' }),
    own('.cqs-Input:focus', { borderColor: 'var(--inputFocusColorBorder, var(--colorPrimary))', boxShadow: 'var(--inputFocusBoxShadow, var(--focusBoxShadow))' }),
    own('.cqs-Input--invalid', { color: 'var(--colorDanger)', borderColor: 'var(--colorDanger)' }),
    own('.cqs-Input:disabled, .cqs-Input:read-only:not(select)', { opacity: '0.7' }),
    own('.cqs-boxed', { position: 'relative', display: 'block' }),
    own('.cqs-boxed .cqs-Input', { paddingRight: '3.2em' }),
    own('.cqs-inside', {
      position: 'absolute', right: 'calc(var(--spacingUnit) * 3)', top: '50%', transform: 'translateY(-50%)', lineHeight: '0', pointerEvents: 'none',
      color: 'var(--iconColor)',
    }),
    own('option.cqs-n', { color: 'var(--colorText)', background: 'var(--colorBackground)' }),
  ];
}

function choiceRules(own) {
  return [
    own('.cqs-TabList', { display: 'flex', flexWrap: 'wrap', gap: 'var(--tabSpacing)' }),
    own('.cqs-Tab, .cqs-AccordionItem', {
      display: 'block', textAlign: 'left', color: 'var(--colorTextSecondary)', background: 'var(--colorBackground)', border: '1px solid var(--inputColorBorder)',
      borderRadius: 'var(--borderRadius)', boxShadow: 'var(--inputBoxShadow)', padding: 'calc(var(--spacingUnit) * 2.5) calc(var(--spacingUnit) * 3)',
      outline: '0', fontWeight: 'var(--fontWeightMedium)',
    }),
    own('.cqs-Tab', {
      display: 'flex', flexDirection: 'column', alignItems: 'flex-start', justifyContent: 'flex-start', flex: '1 1 6.4em', minWidth: '0', width: 'auto',
      lineHeight: '1.25',
    }),
    own('.cqs-Tab:hover', { color: 'var(--colorText)' }),
    own('.cqs-Tab--selected, .cqs-Tab--selected:hover', {
      color: 'var(--colorPrimary)', borderColor: 'var(--colorPrimary)', boxShadow: 'var(--inputBoxShadow), 0 0 0 1px var(--colorPrimary)',
    }),
    own('.cqs-Tab:focus-visible, .cqs-AccordionHead:focus-visible', { boxShadow: 'var(--focusBoxShadow)', borderColor: 'var(--colorPrimary)' }),
    own('.cqs-Tab:disabled', { opacity: '0.6', cursor: 'default' }),
    own('.cqs-TabIcon', { display: 'block', marginBottom: 'var(--spacingUnit)', lineHeight: '0' }),
    own('.cqs-TabLabel', { display: 'block' }),
    own('.cqs-standin', { display: 'block', fontSize: '0.75em', fontWeight: '400', color: 'var(--colorTextSecondary)' }),
  ];
}

// labelRules are for labels within their inputs, and for inputs without space
// between them.
function labelRules(own) {
  const corners = (where, properties) => own('.cqs-condensed .cqs-group > ' + where + ' .cqs-Input', properties);
  const radius = 'var(--borderRadius)';
  return [
    own('.cqs-group', { display: 'grid', gridTemplateColumns: 'minmax(0, 1fr)', gap: 'var(--gridRowSpacing)' }),
    own('.cqs-floating .cqs-field', { position: 'relative' }),
    own('.cqs-floating .cqs-Label', {
      position: 'absolute', left: 'calc(var(--spacingUnit) * 3 + 1px)', right: 'calc(var(--spacingUnit) * 3 + 1px)', zIndex: '2', margin: '0', pointerEvents: 'none',
      transition: 'top .12s, font-size .12s',
    }),
    own('.cqs-floating .cqs-Label--floating', { top: 'calc(var(--spacingUnit) * 1.5)', fontSize: '0.75em' }),
    own('.cqs-floating .cqs-Label--resting', { top: 'calc(var(--spacingUnit) * 3.25 + 1px)', fontSize: '1em', color: 'var(--colorTextPlaceholder)' }),
    own('.cqs-floating .cqs-Input', { paddingTop: 'calc(var(--spacingUnit) * 5)', paddingBottom: 'calc(var(--spacingUnit) * 1.5)' }),
    own('.cqs-floating .cqs-Input:not(:focus)::placeholder', { color: 'transparent' }),
    own('.cqs-condensed .cqs-group', { gap: '0' }),
    own('.cqs-condensed .cqs-row', { display: 'flex', gap: '0' }),
    own('.cqs-condensed .cqs-field', { flex: '1 1 0', minWidth: '0' }),
    own('.cqs-condensed .cqs-Input', { position: 'relative', borderRadius: '0' }),
    own('.cqs-condensed .cqs-Input:focus', { zIndex: '1' }),
    own('.cqs-condensed .cqs-group > div + div, .cqs-condensed .cqs-row > div + div', { margin: '-1px 0 0 -1px' }),
    own('.cqs-condensed .cqs-group > .cqs-row', { marginLeft: '0' }),
    own('.cqs-condensed .cqs-row > div + div', { marginTop: '0' }),
    corners('.cqs-field:first-child', { borderTopLeftRadius: radius, borderTopRightRadius: radius }),
    corners('.cqs-row:first-child .cqs-field:first-child', { borderTopLeftRadius: radius }),
    corners('.cqs-row:first-child .cqs-field:last-child', { borderTopRightRadius: radius }),
    corners('.cqs-row:last-of-type .cqs-field:first-child', { borderBottomLeftRadius: radius }),
    corners('.cqs-row:last-of-type .cqs-field:last-child', { borderBottomRightRadius: radius }),
  ];
}

function accordionRules(own) {
  const radius = 'var(--borderRadius)';
  return [
    own('.cqs-Accordion', { display: 'grid', gridTemplateColumns: 'minmax(0, 1fr)' }),
    own('.cqs-Accordion.cqs-spaced', { gap: 'var(--accordionItemSpacing, calc(var(--spacingUnit) * 2))' }),
    own('.cqs-AccordionItem', { padding: '0' }),
    own('.cqs-Accordion:not(.cqs-spaced) .cqs-AccordionItem', { borderRadius: '0', boxShadow: 'none' }),
    own('.cqs-Accordion:not(.cqs-spaced) .cqs-AccordionItem + .cqs-AccordionItem', { borderTopWidth: '0' }),
    own('.cqs-Accordion:not(.cqs-spaced) .cqs-AccordionItem:first-child', { borderTopLeftRadius: radius, borderTopRightRadius: radius }),
    own('.cqs-Accordion:not(.cqs-spaced) .cqs-AccordionItem:last-child', { borderBottomLeftRadius: radius, borderBottomRightRadius: radius }),
    own('.cqs-spaced .cqs-AccordionItem--selected', { borderColor: 'var(--colorPrimary)' }),
    own('.cqs-AccordionHead', {
      display: 'flex', alignItems: 'center', gap: 'calc(var(--spacingUnit) * 2.5)', width: '100%', border: '1px solid transparent', background: 'transparent',
      color: 'inherit', textAlign: 'left', padding: 'calc(var(--spacingUnit) * 3)', borderRadius: radius, outline: '0',
      fontWeight: 'var(--fontWeightMedium)',
    }),
    own('.cqs-AccordionItem--selected .cqs-AccordionHead', { color: 'var(--colorPrimary)' }),
    own('.cqs-AccordionBody', { padding: '0 calc(var(--spacingUnit) * 3) calc(var(--spacingUnit) * 3)', fontWeight: '400', color: 'var(--colorText)' }),
    own('.cqs-AccordionHead .cqs-TabIcon', { marginBottom: '0' }),
    own('.cqs-logosAtEnd .cqs-TabIcon', { order: '1', marginLeft: 'auto' }),
    own('.cqs-RadioIcon', { flex: 'none', width: '16px', height: '16px' }),
    own('.cqs-RadioIconOuter', { fill: 'none', stroke: 'var(--colorTextSecondary)', strokeWidth: '6px' }),
    own('.cqs-RadioIconOuter--checked, .cqs-RadioIconInner--checked', { stroke: 'var(--colorPrimary)' }),
    own('.cqs-RadioIconInner', { fill: 'none' }),
    own('.cqs-RadioIconInner--checked', { fill: 'var(--colorPrimary)', stroke: 'none' }),
  ];
}
