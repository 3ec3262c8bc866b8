namespace Paypro.Protocol.Countries;

/// <summary>
/// A rule that needs more than one field. It may also settle what the fields mean together, such as the bank of an account.
/// </summary>
/// <param name="Role">The field that an error is said of.</param>
/// <param name="Find">Null, or what is wrong, without the field's name.</param>
public sealed record Check(FieldRole Role, Func<RequestFields, RequestContext, string?> Find)
{
    /// <summary>
    /// Requests that break it, one for each sentence it can say. Needed only where no usual wrong text in the field of
    /// <see cref="Role"/> breaks it by itself; a test says so.
    /// </summary>
    public IReadOnlyList<Sample> Breaks { get; init; } = [];

    /// <summary>Whether a sandbox leaves it out, so that its breaks are accepted there.</summary>
    public bool OnlyLive { get; init; }
}

/// <summary>Checks that several countries share.</summary>
public static class Checks
{
    /// <summary>
    /// The bank must be one of the list; a country without a list takes any code. It comes last, since an account number may
    /// have decided the bank before.
    /// </summary>
    public static readonly Check BankListed = new(FieldRole.Bank, (fields, context) =>
        context.Banks.IsEmpty || fields.Bank is not null || fields[FieldRole.Bank] is null ? null : "is not in the list of banks");

    /// <summary>A documented least amount.</summary>
    public static Check AtLeast(long leastMinor, Currency currency)
    {
        var error = $"must be at least {AmountText.WholeOrFixed(leastMinor, currency)}";
        return new Check(FieldRole.Amount, (fields, _) => fields.AmountMinor < leastMinor ? error : null);
    }

    /// <summary>A documented greatest amount.</summary>
    public static Check AtMost(long greatestMinor, Currency currency)
    {
        var error = $"must be at most {AmountText.WholeOrFixed(greatestMinor, currency)}";
        return new Check(FieldRole.Amount, (fields, _) => fields.AmountMinor > greatestMinor ? error : null);
    }
}
