import {
  Anchor,
  Badge,
  type CSSVariablesResolver,
  createTheme,
  DEFAULT_THEME,
  defaultVariantColorsResolver,
  isLightColor,
  type MantineColorsTuple,
  Table,
  type VariantColorsResolver,
} from '@mantine/core';

/** The colour of what can be done: buttons, links, the chosen entry of the menu. */
const pine: MantineColorsTuple = [
  '#eaf5f5',
  '#d5e8e8',
  '#a9d1d2',
  '#79b8ba',
  '#52a3a6',
  '#379598',
  '#1f8186',
  '#0f6a70',
  '#0f5257',
  '#083c41',
];

/** The grey of text, lines and surfaces: slightly green, so that it stands well beside pine. */
const stone: MantineColorsTuple = [
  '#f6f8f8',
  '#ebefef',
  '#dce2e2',
  '#c3cccc',
  '#9aa7a8',
  '#69777a',
  '#566466',
  '#435153',
  '#2c383a',
  '#1b2527',
];

/** Dark surfaces, from text (0) to the ground of the page (9). */
const dark: MantineColorsTuple = [
  '#dfe6e6',
  '#b9c4c5',
  '#98a6a7',
  '#8c9b9d',
  '#435153',
  '#344143',
  '#263133',
  '#1c2527',
  '#141b1d',
  '#0e1415',
];

const SHADE = { light: 7, dark: 6 } as const;

/** The luminance at which black and white text are equally far from what is behind them (WCAG 2). */
const MIDDLE_LUMINANCE = 0.179;

/**
 * Filled buttons have another shade in light and in dark, so their text must follow: Mantine's own choice looks at the
 * light shade alone.
 */
const variantColorResolver: VariantColorsResolver = (input) => {
  const colors = defaultVariantColorsResolver(input);
  const { variant, theme: of, color = of.primaryColor } = input;
  const shades = of.colors[color];
  if (variant !== 'filled' || shades === undefined) return colors;
  const textOn = (shade: 6 | 7) => (isLightColor(shades[shade], MIDDLE_LUMINANCE) ? 'black' : 'white');
  return { ...colors, color: `light-dark(${textOn(SHADE.light)}, ${textOn(SHADE.dark)})` };
};

/** The colour with another darkest shade. */
const endingIn = ([a, b, c, d, e, f, g, h, i]: MantineColorsTuple, darkest: string): MantineColorsTuple => [
  a,
  b,
  c,
  d,
  e,
  f,
  g,
  h,
  i,
  darkest,
];

/** Colours of warnings whose darkest shade can be read on their second lightest, as badges and alerts set it. */
const { orange, red, yellow, green } = DEFAULT_THEME.colors;
const deep = {
  orange: endingIn(orange, '#9a3c06'),
  red: endingIn(red, '#b02525'),
  yellow: endingIn(yellow, '#8f5200'),
  green: endingIn(green, '#20692f'),
};

/** The look of the console. Sizes, colours and radii stand here and nowhere else. */
export const theme = createTheme({
  primaryColor: 'pine',
  primaryShade: SHADE,
  autoContrast: true,
  variantColorResolver,
  colors: { pine, gray: stone, dark, ...deep },
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Helvetica Neue", Arial, sans-serif',
  fontFamilyMonospace: 'ui-monospace, "SF Mono", Menlo, Consolas, "Liberation Mono", monospace',
  fontSizes: { xs: '0.75rem', sm: '0.8125rem', md: '0.875rem', lg: '1rem', xl: '1.25rem' },
  lineHeights: { xs: '1.35', sm: '1.4', md: '1.45', lg: '1.5', xl: '1.4' },
  spacing: { xs: '0.375rem', sm: '0.625rem', md: '1rem', lg: '1.5rem', xl: '2.25rem' },
  radius: { xs: '2px', sm: '4px', md: '6px', lg: '10px', xl: '16px' },
  defaultRadius: 'md',
  focusRing: 'auto',
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    // A badge holds one of our own words, which is read in full also in a narrow column.
    Badge: Badge.extend({ defaultProps: { miw: 'max-content' } }),
    // A link is as large as the text around it.
    Anchor: Anchor.extend({ defaultProps: { inherit: true } }),
    // The page has a banner already: the header of a dialog is none.
    ModalHeader: { defaultProps: { role: 'none' } },
    Table: Table.extend({ defaultProps: { fz: 'md', horizontalSpacing: 'sm' } }),
  },
  headings: {
    fontWeight: '620',
    sizes: {
      h1: { fontSize: '1.5rem', lineHeight: '1.25' },
      h2: { fontSize: '1.125rem', lineHeight: '1.35' },
      h3: { fontSize: '0.9375rem', lineHeight: '1.4' },
    },
  },
});

/**
 * Texts in the colour of a warning, and what an input says of a wrong entry: shades that can be read on the page (WCAG 2,
 * 4.5 to 1), which Mantine's own are not.
 */
export const readableWarnings: CSSVariablesResolver = () => {
  const texts = (shade: number) =>
    Object.fromEntries(
      Object.keys(deep).map((name) => [`--mantine-color-${name}-text`, `var(--mantine-color-${name}-${shade})`]),
    );
  return {
    variables: {},
    light: { ...texts(9), '--mantine-color-error': 'var(--mantine-color-red-9)' },
    dark: { ...texts(4), '--mantine-color-error': 'var(--mantine-color-red-4)' },
  };
};
