using Paypro.Channels;
using Paypro.Protocol.Countries;
using Paypro.Server.Merchants;
using Paypro.Server.Orders;
using Paypro.Server.PayIns;
using Paypro.Server.Platform;
using Paypro.Server.Statements;
using Paypro.Server.Storage;

namespace Paypro.Server.MerchantApi;

/// <summary>
/// Takes the rail's reference that a payer read in the wallet, and asks the rail at once. What the rail answers is told by notification
/// and query, as always; an order that has its result already is accepted too.
/// </summary>
internal sealed class SubmitReferenceCall(OrderQueries queries, SnapshotStore snapshots, BatchWriter writer, RailStatements statements, TimeProvider time)
{
    public async Task<ApiAnswer> RunAsync(MerchantRequest request)
    {
        var number = request.Fields[FieldRole.Number]!;
        if (await queries.FindAsync(number, CancellationToken.None) is not { Order: { Direction: Direction.PayIn } order } || order.MerchantNo != request.Merchant.No)
        {
            return new ApiAnswer.Refused(request.Operation.Says(FieldRole.Number, "no such order"));
        }

        var submitted = await writer.WriteAsync(new SubmitReference(order.Key, request.Fields[FieldRole.RailReference]!, "api", time.NowMs()));
        if (submitted.Refusal is { } refusal)
        {
            return new ApiAnswer.Refused(request.Operation.Says(FieldRole.RailReference, refusal));
        }

        if (submitted.Ask is { } attempt && snapshots.Current.Accounts.TryGetValue(attempt.ChannelAccountId, out var offer))
        {
            await statements.AskAsync(offer, order, attempt, CancellationToken.None);
        }

        return new ApiAnswer.Done();
    }
}
