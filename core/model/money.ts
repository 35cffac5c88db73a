/** An amount in the currency's minor unit (cents), as an integer, with its ISO 4217 code. */
export interface Money {
  minor: number
  currency: string
}

/** How many decimals a currency has (ISO 4217, through the platform's own table): AUD 2, JPY 0, KWD 3. */
function decimalsOf(currency: string): number {
  return usual.get(currency) ?? ofPlatform(currency)
}

function ofPlatform(currency: string): number {
  return new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2
}

/** Those that nearly all prices are in: asking the platform costs more than all else that is done with a price. */
const usual: ReadonlyMap<string, number> = new Map(
  ['AUD', 'NZD', 'USD', 'CAD', 'EUR', 'GBP', 'CHF', 'SGD', 'HKD', 'JPY'].map(code => [code, ofPlatform(code)]),
)

/**
 * Reads a vendor's decimal text ("398.0", "1299") as money.
 * @throws RangeError when the amount is not a decimal number or the currency is not a three-letter code.
 */
export function money(amount: string, currency: string): Money {
  if (!/^-?\d+(\.\d+)?$/.test(amount.trim())) throw new RangeError(`"${amount}" is not an amount of money`)
  return { minor: Math.round(Number(amount) * 10 ** decimalsOf(currency)), currency: currency.toUpperCase() }
}

/** The amount as decimal text in major units: `{minor: 39800, currency: 'AUD'}` is "398.00". */
export function amountOf({ minor, currency }: Money): string {
  const decimals = decimalsOf(currency)
  return (minor / 10 ** decimals).toFixed(decimals)
}
