namespace Paypro.Protocol.Countries;

/// <summary>The form of a rail's own reference of one movement of money: what payers and recipients see in their messages.</summary>
/// <param name="Make">Makes one from 32 random bytes and the day of the movement in the country's zone. Pure.</param>
public sealed record RailReferenceForm(Func<ReadOnlyMemory<byte>, DateOnly, string> Make)
{
    /// <summary>
    /// Whether the rail gives none twice, so that the reference alone is what tells two movements apart. An order can then be found by
    /// it (<see cref="OperationKind.QueryByCode"/>).
    /// </summary>
    public bool IsUnique { get; init; }

    /// <summary>24 characters <c>0-9A-F</c>, which every rail's rules for a tracking key allow (SPEI: at most 30 letters and digits).</summary>
    public static readonly RailReferenceForm Default = new((random, _) => Convert.ToHexString(random.Span[..12]));
}
