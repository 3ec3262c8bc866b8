using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.EntityFrameworkCore;
using Paypro.Channels;
using Paypro.Server.Access;
using Paypro.Server.Merchants;
using Paypro.Server.Storage;

namespace Paypro.Server.Operator;

/// <summary>A version of terms as it is wished; see <see cref="TermsRow"/>. Amounts are minor units, rates basis points.</summary>
internal sealed record TermsWish(
    long MerchantNo, string Country, Direction Direction, string Way = "*", long ValidFromMs = 0, int BasisPoints = 0, long FixedMinor = 0, long MinimumMinor = 0, long MaximumMinor = 0,
    int TaxBasisPoints = 0, int SettlementDays = 0, bool BusinessDays = false, bool ReturnsFee = false, int RefundBasisPoints = 0, long RefundFixedMinor = 0, int ReserveBasisPoints = 0,
    int ReserveDays = 0, long ReserveCapMinor = 0, string WithholdingName = "", int WithholdingBasisPoints = 0, long DisputeFeeMinor = 0)
{
    [JsonIgnore]
    public string Subject => string.Create(CultureInfo.InvariantCulture, $"terms:{MerchantNo}/{Country}/{Direction}/{Way}");

    public TermsRow Row(string actor, string approver) => new()
    {
        MerchantNo = MerchantNo, Country = Country, Direction = Direction, Way = Way, ValidFromMs = ValidFromMs, BasisPoints = BasisPoints, FixedMinor = FixedMinor, MinimumMinor = MinimumMinor,
        MaximumMinor = MaximumMinor, TaxBasisPoints = TaxBasisPoints, SettlementDays = SettlementDays, BusinessDays = BusinessDays, ReturnsFee = ReturnsFee, RefundBasisPoints = RefundBasisPoints,
        RefundFixedMinor = RefundFixedMinor, ReserveBasisPoints = ReserveBasisPoints, ReserveDays = ReserveDays, ReserveCapMinor = ReserveCapMinor, WithholdingName = WithholdingName,
        WithholdingBasisPoints = WithholdingBasisPoints, DisputeFeeMinor = DisputeFeeMinor, Actor = actor, Approver = approver,
    };

    public static TermsWish Of(TermsRow row) => new(
        row.MerchantNo, row.Country, row.Direction, row.Way, row.ValidFromMs, row.BasisPoints, row.FixedMinor, row.MinimumMinor, row.MaximumMinor, row.TaxBasisPoints, row.SettlementDays,
        row.BusinessDays, row.ReturnsFee, row.RefundBasisPoints, row.RefundFixedMinor, row.ReserveBasisPoints, row.ReserveDays, row.ReserveCapMinor, row.WithholdingName,
        row.WithholdingBasisPoints, row.DisputeFeeMinor);
}

/// <summary>Adds a version of terms.</summary>
internal sealed class TermsChange(AddTerms terms) : IProposalKind
{
    public const string Name = "terms.add";

    public string Kind => Name;

    public string Permission => Permissions.TermsEdit;

    public bool IsConfiguration => true;

    /// <summary>The newest version of the scope: two proposals at once are not both carried out unseen.</summary>
    public async Task<string?> NowAsync(PayproContext context, string subject)
    {
        var parts = subject["terms:".Length..].Split('/', 4);
        if (!long.TryParse(parts[0], CultureInfo.InvariantCulture, out var no) || !Enum.TryParse<Direction>(parts[2], out var direction))
        {
            // The country is not looked at yet, and may be any text.
            return "0";
        }

        var (country, way) = (parts[1], parts[3]);
        var newest = await context.Terms.Where(t => t.MerchantNo == no && t.Country == country && t.Direction == direction && t.Way == way).MaxAsync(t => (long?)t.Id) ?? 0;
        return newest.ToString(CultureInfo.InvariantCulture);
    }

    public async Task<string?> ProblemAsync(PayproContext context, ProposalRow proposal) => await terms.ProblemAsync(context, Read(proposal).Row(proposal.MadeBy, ""));

    public async Task<string?> CarryOutAsync(PayproContext context, AuditTrail trail, ProposalRow proposal, Actor by)
    {
        var added = await terms.AddAsync(context, Read(proposal).Row(proposal.MadeBy, by.Text));
        if (added.Refusal is null)
        {
            trail.Add(by, Name, proposal.Subject, after: new { added.Id, added.ValidFromMs, terms = Read(proposal) }, reason: proposal.Reason);
        }

        return added.Refusal;
    }

    private static TermsWish Read(ProposalRow proposal) => JsonSerializer.Deserialize<TermsWish>(proposal.Change, OperatorJson.Options)!;
}
