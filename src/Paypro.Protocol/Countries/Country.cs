namespace Paypro.Protocol.Countries;

/// <summary>One documented status code.</summary>
/// <param name="Code">As in <c>data.status</c>.</param>
/// <param name="Text">The documentation's name for it.</param>
public sealed record DocumentedCode(string Code, string Text);

/// <summary>
/// Everything that is particular to a country, as data. No other code asks which country it is. Source: the country's page of
/// the merchant API.
/// </summary>
public sealed record Country
{
    /// <summary>ISO 3166 letters, upper case: <c>MX</c>. Stored.</summary>
    public required string IsoCode { get; init; }

    /// <summary>English name.</summary>
    public required string Name { get; init; }

    /// <summary>First segment of its addresses: <c>mex-pay</c>.</summary>
    public required string Segment { get; init; }

    /// <summary>Its currency.</summary>
    public required Currency Currency { get; init; }

    /// <summary>The zone of <c>createTime</c> and <c>successTime</c>, and of the settlement day.</summary>
    public required TimeZoneInfo TimeZone { get; init; }

    /// <summary>The days of the week without settlement, unless the operator says otherwise.</summary>
    public IReadOnlyList<DayOfWeek> Weekend { get; init; } = [DayOfWeek.Saturday, DayOfWeek.Sunday];

    /// <summary>What a business shows before a merchant number of the country takes live money.</summary>
    public required IReadOnlyList<MerchantPaper> Papers { get; init; }

    /// <summary>Whether its pages list <c>0001</c>; elsewhere an underpaid order stays <c>0015</c>.</summary>
    public bool AcceptsPartial { get; init; }

    /// <summary>Whether amounts may have decimals.</summary>
    public bool AmountDecimals { get; init; }

    /// <summary>Its calls: those that its page documents, then those of our own.</summary>
    public required IReadOnlyList<Operation> Operations { get; init => field = OwnOperations.AddTo(value); }

    /// <summary>The ways to pay in; at least one.</summary>
    public required IReadOnlyList<PayInWay> PayInWays { get; init; }

    /// <summary>The kinds of account that payouts go to, as merchants name them; <c>*</c> where they name none.</summary>
    public IReadOnlyList<string> PayoutKinds { get; init; } = ["*"];

    /// <summary>The banks that the operator's table is seeded with; empty where there is no list.</summary>
    public required BankDirectory Banks { get; init; }

    /// <summary>The members of a pay-in's notification.</summary>
    public required IReadOnlyList<ResponseMember> PayInNotification { get; init; }

    /// <summary>The members of a payout's notification.</summary>
    public required IReadOnlyList<ResponseMember> PayoutNotification { get; init; }

    /// <summary>The status codes that its page lists.</summary>
    public required IReadOnlyList<DocumentedCode> Codes { get; init; }

    /// <summary>The codes of the page that say why an order failed; what is not there is <see cref="ResultStatus.Failed"/>.</summary>
    public IReadOnlyDictionary<FailureCause, string> FailureCodes { get; init; } = new Dictionary<FailureCause, string>();

    /// <summary>The least amount of a payout in minor units unless a channel account says otherwise; 0 where no page names one.</summary>
    public long PayoutMinMinor { get; init; }

    /// <summary>The greatest amount of a payout in minor units unless a channel account says otherwise; 0 where no page names one.</summary>
    public long PayoutMaxMinor { get; init; }

    /// <summary>How often one payer may pay; mostly without limit.</summary>
    public IReadOnlyList<PayerQuota> PayerQuotas { get; init; } = [];

    /// <summary>The form of the rail's own references, which the sandbox imitates.</summary>
    public RailReferenceForm RailReferences { get; init; } = RailReferenceForm.Default;

    /// <summary>The code and the text that merchants read of a failed order.</summary>
    public DocumentedCode FailureCodeOf(FailureCause cause)
    {
        var code = FailureCodes.GetValueOrDefault(cause, ResultStatus.Failed);
        return Codes.FirstOrDefault(documented => documented.Code == code) ?? new DocumentedCode(code, ResultMessage.Rejected);
    }

    /// <summary>The way of a code.</summary>
    /// <returns>Null when there is none.</returns>
    public PayInWay? FindWay(string code)
    {
        foreach (var way in PayInWays)
        {
            if (way.Code == code)
            {
                return way;
            }
        }

        return null;
    }

    /// <summary>The operation of a kind.</summary>
    /// <returns>Null when the country has none.</returns>
    public Operation? FindOperation(OperationKind kind)
    {
        foreach (var operation in Operations)
        {
            if (operation.Kind == kind)
            {
                return operation;
            }
        }

        return null;
    }

    /// <summary>Unix milliseconds as <c>yyyy-MM-dd HH:mm:ss</c> in the country's zone.</summary>
    public string LocalTime(long unixMs) =>
        TimeZoneInfo.ConvertTime(DateTimeOffset.FromUnixTimeMilliseconds(unixMs), TimeZone)
            .ToString("yyyy-MM-dd HH:mm:ss", System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>The name.</summary>
    public override string ToString() => Name;
}
