namespace Paypro.Protocol;

/// <summary>An amount of one currency.</summary>
/// <param name="Minor">Minor units; may be negative in the ledger.</param>
/// <param name="Currency">What they are units of.</param>
public readonly record struct Money(long Minor, Currency Currency)
{
    /// <summary>For people: <c>300.00 MXN</c>.</summary>
    public override string ToString() => $"{AmountText.Fixed(Minor, Currency, Currency.MinorDigits)} {Currency.Code}";
}
