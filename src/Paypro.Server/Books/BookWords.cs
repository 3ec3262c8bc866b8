using System.Globalization;
using Paypro.Server.Storage;

namespace Paypro.Server.Books;

/// <summary>What accounts and transfers are called on screens, in English.</summary>
internal static class BookWords
{
    /// <summary>Each kind of owner: name in addresses, words.</summary>
    public static readonly IReadOnlyList<(OwnerType Owner, string Key, string Text)> Owners =
    [
        (OwnerType.Platform, "platform", "Platform"), (OwnerType.Channel, "channel", "Channel account"), (OwnerType.Merchant, "merchant", "Merchant"), (OwnerType.Bank, "bank", "Bank account"),
    ];

    /// <summary>Each kind of account: name in addresses, words.</summary>
    public static readonly IReadOnlyList<(AccountKind Kind, string Key, string Text)> Kinds =
    [
        (AccountKind.Available, "available", "Available"), (AccountKind.Frozen, "frozen", "Reserved for payouts"), (AccountKind.Unsettled, "unsettled", "Not settled yet"), (AccountKind.Held, "held", "Held back"),
        (AccountKind.Receivable, "receivable", "Owed by merchants"), (AccountKind.Clearing, "clearing", "At the rail"), (AccountKind.ChannelCost, "channelCost", "Charged to us"), (AccountKind.Suspense, "suspense", "Suspense"),
        (AccountKind.Transit, "transit", "Between buckets"), (AccountKind.Fees, "fees", "Fees"), (AccountKind.Tax, "tax", "Tax"), (AccountKind.Bank, "bank", "At the bank"), (AccountKind.Equity, "equity", "Opening balances"),
        (AccountKind.Loss, "loss", "Loss"), (AccountKind.TaxWithheld, "taxWithheld", "Tax withheld"), (AccountKind.InTransit, "inTransit", "On its way"), (AccountKind.Fx, "fx", "Conversion"),
    ];

    private static readonly Dictionary<TransferType, string> Types = new()
    {
        [TransferType.PayInReceipt] = "Pay-in received", [TransferType.PayInReturn] = "Pay-in sent back", [TransferType.PayoutReserve] = "Payout reserved", [TransferType.PayoutPost] = "Payout paid",
        [TransferType.PayoutVoid] = "Payout released", [TransferType.PayoutReturn] = "Payout came back", [TransferType.Settlement] = "Settled", [TransferType.SuspenseReceipt] = "Came into suspense",
        [TransferType.SuspenseAssign] = "Assigned from suspense", [TransferType.OpeningBalance] = "Opening balance", [TransferType.Adjustment] = "Adjustment", [TransferType.Transit] = "Between buckets",
        [TransferType.Hold] = "Held back", [TransferType.Release] = "Released", [TransferType.Loss] = "Loss", [TransferType.WriteOff] = "Written off", [TransferType.RefundReserve] = "Refund reserved",
        [TransferType.RefundPost] = "Refund paid", [TransferType.RefundVoid] = "Refund released", [TransferType.RefundReturn] = "Refund came back",
        [TransferType.Charge] = "Charged to us", [TransferType.TopUp] = "Top-up", [TransferType.PaidToUs] = "Fees or tax paid", [TransferType.Conversion] = "Conversion",
        [TransferType.WithdrawalReserve] = "Withdrawal reserved", [TransferType.WithdrawalPost] = "Withdrawal paid", [TransferType.WithdrawalVoid] = "Withdrawal given up", [TransferType.WithdrawalReturn] = "Withdrawal came back",
        [TransferType.AssignmentUndone] = "Assignment taken back", [TransferType.DisputeHold] = "Held for a dispute", [TransferType.DisputeWon] = "Dispute won", [TransferType.DisputeLost] = "Dispute lost",
        [TransferType.Refused] = "Refused",
    };

    public static string Of(OwnerType owner) => Owners.Single(o => o.Owner == owner).Text;

    public static string Of(AccountKind kind) => Kinds.Single(k => k.Kind == kind).Text;

    public static string Of(TransferType type) => Types[type];

    public static string KeyOf(OwnerType owner) => Owners.Single(o => o.Owner == owner).Key;

    public static string KeyOf(AccountKind kind) => Kinds.Single(k => k.Kind == kind).Key;

    /// <summary>Whose account it is, with the number of its owner where there are several.</summary>
    public static string OwnerOf(AccountRow account) => account.OwnerType == OwnerType.Platform ? "" : account.OwnerId.ToString(CultureInfo.InvariantCulture);
}
