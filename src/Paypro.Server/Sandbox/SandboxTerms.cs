using Paypro.Channels;
using Paypro.Protocol;
using Paypro.Server.Merchants;
using Paypro.Server.Storage;

namespace Paypro.Server.Sandbox;

/// <summary>Adds versions of terms over the sandbox's routes, as an operator does.</summary>
internal sealed class SandboxTerms(AddTerms terms)
{
    /// <summary>Members are those of <see cref="TermsRow"/>; what is not named is 0, false, or for all ways.</summary>
    public async Task<SandboxAnswer> AddAsync(FlatBody body)
    {
        var reader = new Reader(body);
        var wanted = new TermsRow
        {
            MerchantNo = reader.Number("merchantNo"),
            Country = body.Text("country") ?? "",
            Direction = body.Text("direction") switch { "PayIn" => Direction.PayIn, "Payout" => Direction.Payout, _ => default },
            Way = body.Text("way") ?? "*",
            ValidFromMs = reader.Number("validFromMs"),
            BasisPoints = reader.Small("basisPoints"),
            FixedMinor = reader.Number("fixedMinor"),
            MinimumMinor = reader.Number("minimumMinor"),
            MaximumMinor = reader.Number("maximumMinor"),
            TaxBasisPoints = reader.Small("taxBasisPoints"),
            SettlementDays = reader.Small("settlementDays"),
            BusinessDays = reader.Flag("businessDays"),
            ReturnsFee = reader.Flag("returnsFee"),
            RefundBasisPoints = reader.Small("refundBasisPoints"),
            RefundFixedMinor = reader.Number("refundFixedMinor"),
            ReserveBasisPoints = reader.Small("reserveBasisPoints"),
            ReserveDays = reader.Small("reserveDays"),
            ReserveCapMinor = reader.Number("reserveCapMinor"),
            WithholdingName = body.Text("withholdingName") ?? "",
            WithholdingBasisPoints = reader.Small("withholdingBasisPoints"),
            DisputeFeeMinor = reader.Number("disputeFeeMinor"),
            Actor = "sandbox",
            Approver = body.Text("approver") ?? "",
        };
        if (reader.Wrong is { } wrong)
        {
            return SandboxAnswer.Refused(400, wrong);
        }

        var added = await terms.AddAsync(wanted);
        return added.Refusal is { } why ? SandboxAnswer.Refused(400, why) : SandboxAnswer.Ok(new { terms = added.Id, validFromMs = added.ValidFromMs });
    }

    /// <summary>Reads members and keeps the first sentence about one that cannot be read.</summary>
    private sealed class Reader(FlatBody body)
    {
        public string? Wrong { get; private set; }

        public long Number(string name) => Read(name, long.MaxValue);

        public int Small(string name) => (int)Read(name, int.MaxValue);

        public bool Flag(string name)
        {
            var text = body.Text(name);
            Wrong ??= text is null or "true" or "false" ? null : $"{name}: must be true or false";
            return text == "true";
        }

        private long Read(string name, long most)
        {
            if (!body.TryGet(name, out var member) || member.Kind == ValueKind.Null)
            {
                return 0;
            }

            if (AmountReader.TryReadWhole(member.Literal, member.Kind == ValueKind.Text, most, out var number))
            {
                return number;
            }

            Wrong ??= $"{name}: must be a whole number";
            return 0;
        }
    }
}
