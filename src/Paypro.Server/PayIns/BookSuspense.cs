using Paypro.Channels;
using Paypro.Protocol;
using Paypro.Server.Ledger;
using Paypro.Server.Orders;
using Paypro.Server.Storage;

namespace Paypro.Server.PayIns;

/// <summary>Money that fits no order: it is ours to explain, so it is booked to suspense and waits for a person to assign it.</summary>
internal sealed class BookSuspense(short bucket, long channelAccountId, Observation said, string reason, int valueDate, long nowMs) : WriteCommand<ApplyResult>
{
    private readonly Currency _currency = Currency.Get(said.Currency);
    private MovementKey Key => new(bucket, channelAccountId, said.Direction, said.DedupeKey);
    private AccountKey Suspense => AccountId.Platform(bucket, AccountKind.Suspense, _currency);
    private AccountKey Clearing => AccountId.Channel(bucket, channelAccountId, AccountKind.Clearing, _currency);

    public override short Bucket => bucket;

    public override void Declare(Needs needs)
    {
        needs.Chains.Add(bucket);
        needs.Accounts.Add(Suspense);
        needs.Accounts.Add(Clearing);
        needs.Receipts.Add(Key);
        needs.Movements.Add(Key.Everywhere(MovementKind.Receipt));
    }

    protected override ApplyResult Decide(BatchState state)
    {
        if (state.Receipts.Find(Key) is { } known)
        {
            return known.AmountMinor != said.AmountMinor ? ApplyResult.Contradiction
                : known.OrderId == 0 ? ApplyResult.SuspenseRepeated
                : ApplyResult.Repeated;
        }

        // Booked for an order, or for another unknown reference: it is not more money.
        if (!state.TakeMovement(Key, MovementKind.Receipt))
        {
            return ApplyResult.Contradiction;
        }

        var transfer = Journal.Post(
            state,
            new TransferCause(TransferType.SuspenseReceipt, "callback", 0, null, nowMs, valueDate),
            new Leg(Clearing, -said.AmountMinor),
            new Leg(Suspense, said.AmountMinor));
        state.Receipts.Insert(Key, new ReceiptRow
        {
            Bucket = bucket,
            ChannelAccountId = channelAccountId,
            Direction = said.Direction,
            DedupeKey = said.DedupeKey,
            Reference = said.Reference,
            AmountMinor = said.AmountMinor,
            Currency = said.Currency,
            RailReference = said.RailReference,
            OccurredAtMs = said.OccurredAtMs,
            BookedAtMs = nowMs,
            TransferNo = transfer.TransferNo,
            SuspenseReason = reason,
        });
        return ApplyResult.Suspense;
    }
}
