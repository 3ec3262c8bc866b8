using Paypro.Protocol;
using Paypro.Server.Ledger;
using Paypro.Server.Storage;

namespace Paypro.Server.Books;

/// <summary>A kind of transfer by hand.</summary>
/// <param name="Key">Its name in calls and rows.</param>
/// <param name="Text">In English.</param>
/// <param name="Takes">The members of a wish that it needs, beside document, currency and amount.</param>
/// <param name="Legs">
/// What it books, each transfer apart. It asks for the balances of the accounts that decide how much goes where; an account that it names with nothing is named all the same.
/// </param>
internal sealed record TransferTemplate(string Key, string Text, IReadOnlyList<string> Takes, Func<TransferWish, TransferPlace, Func<AccountKey, long>, IReadOnlyList<PlannedTransfer>> Legs);

/// <summary>One transfer of a plan.</summary>
internal sealed record PlannedTransfer(TransferType Type, IReadOnlyList<Leg> Legs);

/// <summary>Where a transfer is booked, and what its accounts are called there.</summary>
/// <param name="Bucket">The merchant's, or of the receipt; 0 for what belongs to nobody.</param>
/// <param name="Sent">Of money on its way: the wish that sent it.</param>
internal sealed record TransferPlace(short Bucket, TransferWish? Sent = null)
{
    public AccountKey Platform(AccountKind kind, string currency) => AccountId.Platform(Bucket, kind, Currency.Get(currency));

    public AccountKey Bank(long id, AccountKind kind, string currency) => AccountId.Bank(Bucket, id, kind, Currency.Get(currency));

    public AccountKey Channel(long id, AccountKind kind, string currency) => AccountId.Channel(Bucket, id, kind, Currency.Get(currency));

    public AccountKey Merchant(long no, AccountKind kind, string currency) => AccountId.Merchant(Bucket, no, kind, Currency.Get(currency));
}

/// <summary>
/// All transfers that people can make, and no others. Money that rails and banks hold of ours is below zero there, so what leaves them is a plus. None of them takes
/// from one business for another: each names at most one merchant.
/// </summary>
internal static class TransferTemplates
{
    public const string RailToBank = "railToBank", BankToRail = "bankToRail", Arrived = "arrived", RailCharge = "railCharge", BankCharge = "bankCharge", TopUp = "topUp", FeeAdjustment = "feeAdjustment",
        WriteOffDebt = "writeOffDebt", WriteOffSuspense = "writeOffSuspense", Loss = "loss", Hold = "hold", Release = "release", FeesToBank = "feesToBank", TaxToBank = "taxToBank", Conversion = "conversion";

    public static readonly IReadOnlyList<TransferTemplate> All =
    [
        new(RailToBank, "From a rail to a bank account", ["channelAccountId", "bankAccountId"], (w, p, _) => One(TransferType.Transit,
            new(p.Channel(w.ChannelAccountId, AccountKind.Clearing, w.Currency), w.AmountMinor), new(p.Bank(w.BankAccountId, AccountKind.InTransit, w.Currency), -w.AmountMinor))),
        new(BankToRail, "From a bank account to a rail", ["bankAccountId", "channelAccountId"], (w, p, _) => One(TransferType.Transit,
            new(p.Bank(w.BankAccountId, AccountKind.Bank, w.Currency), w.AmountMinor), new(p.Bank(w.BankAccountId, AccountKind.InTransit, w.Currency), -w.AmountMinor))),
        new(Arrived, "Money on its way has arrived", ["sent"], (w, p, _) => One(TransferType.Transit,
            new(p.Bank(p.Sent!.BankAccountId, AccountKind.InTransit, w.Currency), w.AmountMinor),
            new(p.Sent.Template == RailToBank ? p.Bank(p.Sent.BankAccountId, AccountKind.Bank, w.Currency) : p.Channel(p.Sent.ChannelAccountId, AccountKind.Clearing, w.Currency), -w.AmountMinor))),
        new(RailCharge, "Charge of a rail", ["channelAccountId"], (w, p, _) => One(TransferType.Charge,
            new(p.Channel(w.ChannelAccountId, AccountKind.Clearing, w.Currency), w.AmountMinor), new(p.Channel(w.ChannelAccountId, AccountKind.ChannelCost, w.Currency), -w.AmountMinor))),
        new(BankCharge, "Charge of a bank", ["bankAccountId"], (w, p, _) => One(TransferType.Charge,
            new(p.Bank(w.BankAccountId, AccountKind.Bank, w.Currency), w.AmountMinor), new(p.Bank(w.BankAccountId, AccountKind.ChannelCost, w.Currency), -w.AmountMinor))),
        new(TopUp, "Top-up of a merchant", ["bankAccountId", "merchantNo", "statementLine", "feeMinor", "taxMinor"], (w, p, balance) => One(TransferType.TopUp,
        [
            new(p.Bank(w.BankAccountId, AccountKind.Bank, w.Currency), -w.AmountMinor), .. Credit(w, p, balance, w.AmountMinor - w.FeeMinor - w.TaxMinor),
            new(p.Platform(AccountKind.Fees, w.Currency), w.FeeMinor), new(p.Platform(AccountKind.Tax, w.Currency), w.TaxMinor),
        ])),
        new(FeeAdjustment, "Fee adjustment", ["merchantNo", "side", "taxMinor"], (w, p, balance) => One(TransferType.Adjustment,
        [
            .. w.Side == "charge" ? [new(p.Merchant(w.MerchantNo, AccountKind.Available, w.Currency), -(w.AmountMinor + w.TaxMinor))] : Credit(w, p, balance, w.AmountMinor + w.TaxMinor),
            new(p.Platform(AccountKind.Fees, w.Currency), w.Side == "charge" ? w.AmountMinor : -w.AmountMinor), new(p.Platform(AccountKind.Tax, w.Currency), w.Side == "charge" ? w.TaxMinor : -w.TaxMinor),
        ])),
        new(WriteOffDebt, "Write-off of a merchant's debt", ["merchantNo"], (w, p, _) => One(TransferType.WriteOff,
            new(p.Merchant(w.MerchantNo, AccountKind.Receivable, w.Currency), w.AmountMinor), new(p.Platform(AccountKind.Loss, w.Currency), -w.AmountMinor))),
        new(WriteOffSuspense, "Write-off of suspense", ["channelAccountId", "dedupeKey"], (w, p, _) => One(TransferType.WriteOff,
            new(p.Platform(AccountKind.Suspense, w.Currency), -w.AmountMinor), new(p.Platform(AccountKind.Loss, w.Currency), w.AmountMinor))),
        new(Loss, "Loss at a rail or a bank", ["channelAccountId or bankAccountId"], (w, p, _) => One(TransferType.Loss,
            new(w.BankAccountId != 0 ? p.Bank(w.BankAccountId, AccountKind.Bank, w.Currency) : p.Channel(w.ChannelAccountId, AccountKind.Clearing, w.Currency), w.AmountMinor),
            new(p.Platform(AccountKind.Loss, w.Currency), -w.AmountMinor))),
        new(Hold, "Hold back a merchant's money", ["merchantNo"], (w, p, _) => One(TransferType.Hold,
            new(p.Merchant(w.MerchantNo, AccountKind.Available, w.Currency), -w.AmountMinor), new(p.Merchant(w.MerchantNo, AccountKind.Held, w.Currency), w.AmountMinor))),
        new(Release, "Release what was held back", ["merchantNo"], (w, p, balance) => One(TransferType.Release,
            [new(p.Merchant(w.MerchantNo, AccountKind.Held, w.Currency), -w.AmountMinor), .. Credit(w, p, balance, w.AmountMinor)])),
        new(FeesToBank, "Fees paid to ourselves", ["bankAccountId"], (w, p, _) => One(TransferType.PaidToUs,
            new(p.Platform(AccountKind.Fees, w.Currency), -w.AmountMinor), new(p.Bank(w.BankAccountId, AccountKind.Bank, w.Currency), w.AmountMinor))),
        new(TaxToBank, "Tax paid to its office", ["bankAccountId", "side"], (w, p, _) => One(TransferType.PaidToUs,
            new(p.Platform(w.Side == "taxWithheld" ? AccountKind.TaxWithheld : AccountKind.Tax, w.Currency), -w.AmountMinor), new(p.Bank(w.BankAccountId, AccountKind.Bank, w.Currency), w.AmountMinor))),
        new(Conversion, "Conversion between two bank accounts", ["bankAccountId", "toBankAccountId", "toCurrency", "toAmountMinor", "rate"], (w, p, _) =>
        [
            new(TransferType.Conversion, [new(p.Bank(w.BankAccountId, AccountKind.Bank, w.Currency), w.AmountMinor), new(p.Platform(AccountKind.Fx, w.Currency), -w.AmountMinor)]),
            new(TransferType.Conversion, [new(p.Platform(AccountKind.Fx, w.ToCurrency), w.ToAmountMinor), new(p.Bank(w.ToBankAccountId, AccountKind.Bank, w.ToCurrency), -w.ToAmountMinor)]),
        ]),
    ];

    public static TransferTemplate? Find(string key) => All.FirstOrDefault(t => t.Key == key);

    /// <summary>What a plan leaves on the wrong side, in a sentence; null when each account keeps its rule.</summary>
    /// <param name="plan">The transfers.</param>
    /// <param name="balance">Balances before, of each account as far as the rule reaches: a merchant's own, all buckets together of ours.</param>
    public static string? Problem(IReadOnlyList<PlannedTransfer> plan, Func<AccountKey, long> balance)
    {
        foreach (var leg in plan.SelectMany(p => p.Legs).GroupBy(l => l.Account).Select(g => new Leg(g.Key, g.Sum(l => l.AmountMinor))).Where(l => l.AmountMinor != 0))
        {
            var account = AccountId.Open(leg.Account);
            var (before, after) = (balance(leg.Account), balance(leg.Account) + leg.AmountMinor);
            var lacks = account.Kind switch
            {
                AccountKind.Available or AccountKind.Frozen or AccountKind.Unsettled or AccountKind.Held or AccountKind.Fees or AccountKind.Tax or AccountKind.TaxWithheld or AccountKind.Suspense => leg.AmountMinor < 0 && after < 0,
                AccountKind.Receivable or AccountKind.Bank or AccountKind.InTransit => leg.AmountMinor > 0 && after > 0,
                AccountKind.Clearing => leg.AmountMinor > 0 && after > 0,
                _ => false,
            };
            if (lacks)
            {
                var currency = Currency.Get(account.Currency);
                return $"amountMinor: is more than the {NameOf(account.Kind)} account has, {AmountText.Fixed(Math.Abs(before), currency, currency.MinorDigits)} {currency.Code}";
            }
        }

        return null;
    }

    private static string NameOf(AccountKind kind) => BookWords.KeyOf(kind);

    private static IReadOnlyList<PlannedTransfer> One(TransferType type, params Leg[] legs) => [new(type, legs)];

    /// <summary>A credit repays what the merchant owes first.</summary>
    private static Leg[] Credit(TransferWish w, TransferPlace p, Func<AccountKey, long> balance, long amountMinor)
    {
        var receivable = p.Merchant(w.MerchantNo, AccountKind.Receivable, w.Currency);
        var repaid = Math.Min(-balance(receivable), amountMinor);
        return [new(receivable, repaid), new(p.Merchant(w.MerchantNo, AccountKind.Available, w.Currency), amountMinor - repaid)];
    }
}
