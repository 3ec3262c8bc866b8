using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Paypro.Channels;
using Paypro.Protocol;
using Paypro.Server.Ledger;
using Paypro.Server.Platform;
using Paypro.Server.Storage;

namespace Paypro.Server.Books;

/// <summary>One leg of what would be booked.</summary>
/// <param name="Account">The account.</param>
/// <param name="AmountMinor">Plus is in favour of its owner.</param>
/// <param name="Type">Why money would move.</param>
/// <param name="BeforeMinor">Of the account, all buckets together.</param>
internal readonly record struct PreviewLeg(AccountKey Account, long AmountMinor, TransferType Type, long BeforeMinor);

/// <summary>What a transfer by hand would book.</summary>
/// <param name="Problem">Why it cannot be, in a sentence; null when it can.</param>
/// <param name="Legs">Each account with its balance before, all buckets together.</param>
internal sealed record TransferPreview(string? Problem, IReadOnlyList<PreviewLeg> Legs)
{
    public static TransferPreview No(string why) => new(why, []);
}

/// <summary>A wish that was looked at against the books of this moment. What is being booked and cannot be has its place all the same, where it is refused; it has none where it names what never was.</summary>
internal sealed record CheckedTransfer(string? Problem, TransferTemplate? Template = null, TransferPlace? Place = null, StatementRow? Receipt = null, (AccountKey, long)? Guarded = null, TransferPreview? Preview = null);

/// <summary>Looks whether a transfer by hand can be: its members, the accounts that it names, and what they hold less what was decided and is not booked yet.</summary>
internal sealed class TransferCheck(TimeProvider time)
{
    private const int LongestText = 200, DaysBack = 62;
    private const long MostMinor = 1_000_000_000_000_000;

    /// <summary>The line of a bank's statement that a top-up credits.</summary>
    public static string LineOf(TransferWish wish) => LineOf(wish.BankAccountId, wish.StatementLine);

    /// <inheritdoc cref="LineOf(TransferWish)"/>
    /// <param name="bankAccountId">Of our bank account.</param>
    /// <param name="line">As the bank names it.</param>
    public static string LineOf(long bankAccountId, string line) => string.Create(CultureInfo.InvariantCulture, $"{bankAccountId}/{line.Trim()}");

    /// <param name="context">The database, of the transaction that decides where there is one.</param>
    /// <param name="wish">What is wished.</param>
    /// <param name="own">The decision that is being booked: it does not stand in its own way. 0 = none.</param>
    public async Task<CheckedTransfer> CheckAsync(PayproContext context, TransferWish wish, long own)
    {
        if (TransferTemplates.Find(wish.Template) is not { } template)
        {
            return new($"template: must be one of {string.Join(", ", TransferTemplates.All.Select(t => t.Key))}");
        }

        var malformed = Form(wish) ?? await ClosedAsync(context, wish, own) ?? await NamedAsync(context, wish);
        if (malformed is not null && own == 0)
        {
            return new(malformed);
        }

        var (place, receipt, problem) = await PlaceAsync(context, wish, own);
        if ((malformed ?? problem ?? await RepeatedAsync(context, wish, own)) is { } refused)
        {
            return new(refused, template, place, receipt);
        }

        // What was decided and waits to be booked has taken its part already.
        var waiting = (await WaitingAsync(context, own)).GroupBy(l => l.Account.Id).ToDictionary(g => g.Key, g => g.Sum(l => l.AmountMinor));
        var accounts = template.Legs(wish, place!, _ => 0).SelectMany(p => p.Legs).Select(l => l.Account.Id).Distinct().ToList();
        var rows = await context.Accounts.Where(a => accounts.Contains(a.Id)).ToListAsync();
        long Before(AccountKey key) => rows.Where(a => a.Id == key.Id).Sum(a => a.BalanceMinor);
        var plan = template.Legs(wish, place!, Before);
        problem = TransferTemplates.Problem(plan, key => Before(key) + waiting.GetValueOrDefault(key.Id));
        (AccountKey, long)? guarded = null;
        if (problem is null && wish.Template == TransferTemplates.Release)
        {
            (guarded, problem) = await FreeAsync(context, place!.Merchant(wish.MerchantNo, AccountKind.Held, wish.Currency), wish, waiting);
        }

        return new(problem, template, place, receipt, guarded, new TransferPreview(problem, [.. plan.SelectMany(p => p.Legs.Where(l => l.AmountMinor != 0).Select(l => new PreviewLeg(l.Account, l.AmountMinor, p.Type, Before(l.Account))))]));
    }

    /// <summary>
    /// What two people have decided and the ledger has not booked: transfers by hand, and withdrawals that were paid from a bank account. It is read before the balances that it is taken from: what is
    /// booked in between counts twice then, and never not at all.
    /// </summary>
    /// <param name="context">The database, of the transaction that decides where there is one.</param>
    /// <param name="own">
    /// The transfer that is being booked; 0 = none. It counts those that were decided before it, and no withdrawal: the two were counted against each other when they were decided, and it is not refused for
    /// one that is booked at this moment.
    /// </param>
    internal static async Task<IReadOnlyList<Leg>> WaitingAsync(PayproContext context, long own)
    {
        var legs = new List<Leg>();
        foreach (var other in await context.LedgerOrders.AsNoTracking().Where(o => o.State == LedgerOrderState.Decided && (own == 0 || o.Id < own)).Take(1000).ToListAsync())
        {
            var said = BookJson.Read<TransferWish>(other.Wish);
            var (at, _, gone) = await PlaceAsync(context, said, other.Id);
            legs.AddRange((at is null || gone is not null ? [] : TransferTemplates.Find(said.Template)?.Legs(said, at, _ => 0) ?? []).SelectMany(p => p.Legs));
        }

        if (own == 0)
        {
            var paid = await context.Withdrawals.Where(w => w.Wants == WithdrawalMove.Post).Select(w => new { w.BankAccountId, w.Currency, w.AmountMinor }).ToListAsync();
            legs.AddRange(paid.Select(w => new Leg(AccountId.Bank(0, w.BankAccountId, AccountKind.Bank, Currency.Get(w.Currency)), w.AmountMinor)));
        }

        return legs;
    }

    /// <summary>
    /// What is released by hand is what was held by hand: a reserve, and what a rule holds of pay-ins, leave by their due rows alone, and what is held for a dispute by its end. The account is read first:
    /// whatever is held or let go after that moves its last entry on.
    /// </summary>
    private static async Task<((AccountKey, long)? Guarded, string? Problem)> FreeAsync(PayproContext context, AccountKey held, TransferWish wish, Dictionary<long, long> waiting)
    {
        var account = await context.Accounts.SingleOrDefaultAsync(a => a.Bucket == held.Bucket && a.Id == held.Id);
        var due = await context.Set<SettlementDueRow>().Where(d => d.Bucket == held.Bucket && d.AccountId == held.Id && d.AmountMinor != d.SettledMinor).SumAsync(d => d.AmountMinor - d.SettledMinor);
        var disputed = await context.Disputes.Where(d => d.Bucket == held.Bucket && d.MerchantNo == wish.MerchantNo && d.Currency == wish.Currency && d.HeldMinor != 0).SumAsync(d => d.HeldMinor);
        var free = (account?.BalanceMinor ?? 0) - due - disputed + Math.Min(0, waiting.GetValueOrDefault(held.Id));
        var currency = Currency.Get(wish.Currency);
        return ((held, account?.Sequence ?? 0), wish.AmountMinor > free ? $"amountMinor: only {AmountText.Fixed(free, currency, currency.MinorDigits)} {currency.Code} is held back by hand; a reserve is released on its day, and what is disputed by the end of its dispute" : null);
    }

    private string? Form(TransferWish wish)
    {
        var today = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
        return OutsideText.Line(wish.Document, LongestText).Trim().Length == 0 ? "document: must name the paper that this rests on"
            : wish.Document.Length > LongestText || wish.StatementLine.Length > LongestText || wish.Rate.Length > LongestText || wish.DedupeKey.Length > LongestText ? $"document: texts have at most {LongestText} characters"
            : !OutsideText.IsClean(wish.Document) || !OutsideText.IsClean(wish.StatementLine) || !OutsideText.IsClean(wish.Rate) || !OutsideText.IsClean(wish.DedupeKey) ? "document: texts have no control characters and no half characters"
            : !Currency.All.Any(c => c.Code == wish.Currency) ? "currency: is none that accounts are kept in"
            : wish.AmountMinor is <= 0 or > MostMinor ? "amountMinor: must be above 0"
            : wish.FeeMinor is < 0 or > MostMinor || wish.TaxMinor is < 0 or > MostMinor ? "feeMinor: fee and tax must be from 0"
            : wish.Template == TransferTemplates.TopUp && wish.FeeMinor + wish.TaxMinor > wish.AmountMinor ? "feeMinor: fee and tax are more than came"
            : wish.Template == TransferTemplates.TopUp && wish.StatementLine.Trim().Length == 0 ? "statementLine: must name the line of the bank's statement"
            : wish.Template == TransferTemplates.FeeAdjustment && wish.Side is not ("charge" or "giveBack") ? "side: must be charge or giveBack"
            : wish.Template == TransferTemplates.TaxToBank && wish.Side is not ("tax" or "taxWithheld") ? "side: must be tax or taxWithheld"
            : wish.Template == TransferTemplates.Loss && wish.BankAccountId != 0 == (wish.ChannelAccountId != 0) ? "bankAccountId: name the bank account or the channel account, not both"
            : wish.Template == TransferTemplates.Conversion && (!Currency.All.Any(c => c.Code == wish.ToCurrency) || wish.ToCurrency == wish.Currency) ? "toCurrency: must be another currency that accounts are kept in"
            : wish.Template == TransferTemplates.Conversion && wish.ToAmountMinor is <= 0 or > MostMinor ? "toAmountMinor: must be above 0"
            : wish.Template == TransferTemplates.Conversion && wish.Rate.Trim().Length == 0 ? "rate: must be the bank's"
            : wish.ValueDate != 0 && !(DateOnly.TryParseExact(wish.ValueDate.ToString(CultureInfo.InvariantCulture), "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && day <= today.AddDays(1) && day >= today.AddDays(-DaysBack))
                ? $"valueDate: must be a day like 20261129, from {DaysBack} days ago to today"
            : null;
    }

    /// <summary>A closed month takes nothing more; what was decided before it was closed is booked before it is.</summary>
    private static async Task<string?> ClosedAsync(PayproContext context, TransferWish wish, long own) =>
        own == 0 && wish.ValueDate != 0 && await context.ClosedMonths.MaxAsync(m => (int?)m.Month) is { } closed && wish.ValueDate / 100 <= closed ? $"valueDate: {new Month(closed)} is closed; the earliest day is {new Month(closed).Next.FirstDate}" : null;

    /// <summary>Whether the accounts that the wish names are there, in its currency.</summary>
    private static async Task<string?> NamedAsync(PayproContext context, TransferWish wish)
    {
        bool Takes(string member) => TransferTemplates.Find(wish.Template)!.Takes.Any(t => t.Contains(member, StringComparison.Ordinal));
        foreach (var (id, currency, member) in ((long, string, string)[])[(wish.BankAccountId, wish.Currency, "bankAccountId"), (wish.ToBankAccountId, wish.ToCurrency, "toBankAccountId")])
        {
            if (!Takes(member) || (id == 0 && wish.Template == TransferTemplates.Loss))
            {
                if (id != 0)
                {
                    return $"{member}: is not taken by this template";
                }
            }
            else if (await context.BankAccounts.AsNoTracking().SingleOrDefaultAsync(b => b.Id == id) is not { } bank)
            {
                return $"{member}: there is no such bank account";
            }
            else if (bank.Currency != currency)
            {
                return $"{member}: is in {bank.Currency}";
            }
            else if (!bank.Open && wish.Template is TransferTemplates.RailToBank or TransferTemplates.TopUp)
            {
                return $"{member}: is closed";
            }
        }

        if (Takes("channelAccountId") && !(wish.ChannelAccountId == 0 && wish.Template == TransferTemplates.Loss))
        {
            var channel = await context.ChannelAccounts.AsNoTracking().SingleOrDefaultAsync(c => c.Id == wish.ChannelAccountId);
            return channel is null ? "channelAccountId: there is no such channel account" : channel.Currency != wish.Currency ? $"channelAccountId: is in {channel.Currency}" : await MerchantAsync();
        }

        return wish.ChannelAccountId != 0 ? "channelAccountId: is not taken by this template" : await MerchantAsync();

        async Task<string?> MerchantAsync()
        {
            if (!Takes("merchantNo"))
            {
                return wish.MerchantNo != 0 ? "merchantNo: is not taken by this template" : null;
            }

            var currency = await context.Merchants.Where(m => m.MerchantNo == wish.MerchantNo).Select(m => m.Currency).SingleOrDefaultAsync();
            return currency is null ? "merchantNo: there is no such merchant" : currency != wish.Currency ? $"merchantNo: is in {currency}" : null;
        }
    }

    private static async Task<(TransferPlace? Place, StatementRow? Receipt, string? Problem)> PlaceAsync(PayproContext context, TransferWish wish, long own)
    {
        switch (wish.Template)
        {
            case TransferTemplates.Arrived:
                var sent = await context.LedgerOrders.AsNoTracking().SingleOrDefaultAsync(o => o.Id == wish.Sent);
                var said = sent is null ? null : BookJson.Read<TransferWish>(sent.Wish);
                return sent is null || said!.Template is not (TransferTemplates.RailToBank or TransferTemplates.BankToRail) ? (null, null, "sent: there is no such transfer on its way")
                    : (new TransferPlace(0, said), null,
                        sent.State != LedgerOrderState.Booked ? "sent: is not booked yet"
                        : sent.ArrivedBy != 0 && sent.ArrivedBy != own ? "sent: has arrived already"
                        : said.AmountMinor != wish.AmountMinor || said.Currency != wish.Currency ? "amountMinor: must be what was sent; what a rail or bank kept of it is a charge of its own"
                        : null);
            case TransferTemplates.WriteOffSuspense:
                var receipt = await context.BookedByAsync(new RailMovementKey(wish.ChannelAccountId, Direction.PayIn, MovementKind.Receipt, wish.DedupeKey), CancellationToken.None);
                return (
                    receipt is null ? null : new TransferPlace(receipt.Bucket), receipt,
                    receipt is not { Outcome: StatementOutcome.Suspense, OrderId: 0 } || receipt.Currency != wish.Currency || receipt.AmountMinor == receipt.ReturnedMinor ? "dedupeKey: no receipt of this channel account with this key waits in suspense"
                    : receipt.AmountMinor - receipt.ReturnedMinor != wish.AmountMinor ? "amountMinor: must be all that waits of this receipt"
                    : null);
            default:
                return (new TransferPlace(wish.MerchantNo == 0 ? (short)0 : Buckets.Of(wish.MerchantNo.ToString(CultureInfo.InvariantCulture))), null, null);
        }
    }

    /// <summary>The same paper for the same transfer, or the same line of a bank's statement, counts once.</summary>
    private static async Task<string?> RepeatedAsync(PayproContext context, TransferWish wish, long own)
    {
        var text = BookJson.Write(wish);
        if (await context.LedgerOrders.AnyAsync(o => o.Id != own && o.Template == wish.Template && o.State != LedgerOrderState.Refused && o.Wish == text))
        {
            return "document: this very transfer was decided already; another one has its own document";
        }

        var (line, said) = (LineOf(wish), wish.StatementLine.Trim());
        if (own == 0 && wish.Template == TransferTemplates.TopUp && await context.Withdrawals.AnyAsync(w => w.BankAccountId == wish.BankAccountId && w.ReturnReference == said))
        {
            return "statementLine: a withdrawal came back by this line of the bank's statement";
        }

        return wish.Template == TransferTemplates.TopUp && await context.LedgerOrders.AnyAsync(o => o.Id != own && o.Template == TransferTemplates.TopUp && o.State != LedgerOrderState.Refused && o.Line == line)
            ? "statementLine: this line of the bank's statement was credited already" : null;
    }
}
