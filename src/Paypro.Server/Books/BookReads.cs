using Microsoft.EntityFrameworkCore;
using Paypro.Protocol;
using Paypro.Server.Storage;

namespace Paypro.Server.Books;

/// <summary>An account, all buckets together.</summary>
/// <param name="Named">Its number and what that says; without bucket, sequence and balance.</param>
/// <param name="BalanceMinor">Plus is in favour of its owner.</param>
internal sealed record BookAccount(AccountRow Named, long BalanceMinor)
{
    public Currency Currency => Currency.Get(Named.Currency);
}

/// <summary>One line of a trial balance: all accounts of a kind of owner, a kind and a currency.</summary>
/// <param name="Accounts">How many there are, buckets counted once.</param>
internal sealed record TrialLine(OwnerType Owner, AccountKind Kind, int Accounts, long BalanceMinor);

/// <summary>All that is booked in one currency; the lines sum to zero, or the books are not right.</summary>
internal sealed record TrialBalance(Currency Currency, IReadOnlyList<TrialLine> Lines)
{
    public long SumMinor => Lines.Sum(l => l.BalanceMinor);
}

/// <summary>How far one bucket's chain was checked.</summary>
/// <param name="LastTransferNo">Where the chain ends.</param>
/// <param name="CheckedTo">Up to where it was added up and found right.</param>
/// <param name="CheckedAtMs">When the check last went on, Unix milliseconds UTC; 0 = never.</param>
/// <param name="Finding">What is not right; empty while all is.</param>
internal sealed record ChainState(short Bucket, long LastTransferNo, long CheckedTo, long CheckedAtMs, string Finding);

/// <summary>A transfer with its legs.</summary>
/// <param name="OrderNumber">Of the order that it belongs to; empty for none.</param>
/// <param name="ByHand">What two people decided; null where nobody did.</param>
internal sealed record BookedTransfer(TransferRow Transfer, IReadOnlyList<EntryRow> Entries, string OrderNumber, LedgerOrderRow? ByHand, ChainState Chain);

/// <summary>Reads the books: what there is, now and at any time, and why.</summary>
internal sealed class BookReads(IContexts contexts)
{
    /// <param name="beforeMs">Unix milliseconds UTC; <see cref="long.MaxValue"/> for now.</param>
    /// <param name="cancellation">Ends it.</param>
    public async Task<IReadOnlyList<TrialBalance>> TrialBalanceAsync(long beforeMs, CancellationToken cancellation) =>
    [
        .. from account in await AccountsAsync(beforeMs, cancellation)
           group account by account.Named.Currency into currency
           orderby currency.Key
           select new TrialBalance(
               Currency.Get(currency.Key),
               [.. currency.GroupBy(a => (a.Named.OwnerType, a.Named.Kind)).OrderBy(g => g.Key).Select(g => new TrialLine(g.Key.OwnerType, g.Key.Kind, g.Count(), g.Sum(a => a.BalanceMinor)))]),
    ];

    /// <summary>Every account that there is, with what it stood at.</summary>
    /// <param name="beforeMs">Unix milliseconds UTC; <see cref="long.MaxValue"/> for now.</param>
    /// <param name="cancellation">Ends it.</param>
    public async Task<IReadOnlyList<BookAccount>> AccountsAsync(long beforeMs, CancellationToken cancellation)
    {
        await using var context = contexts.Create();
        var balances = await context.BalancesAsync(beforeMs, null, cancellation);
        return [.. balances.GroupBy(b => b.AccountId).OrderBy(g => g.Key).Select(g => new BookAccount(Named(g.Key), g.Sum(b => b.BalanceMinor)))];
    }

    /// <summary>A page of accounts by number.</summary>
    /// <param name="owner">Only of such owners; null for all.</param>
    /// <param name="ownerId">Only of this owner; null for all.</param>
    /// <param name="kind">Only of this kind; null for all.</param>
    /// <param name="currency">Only in this currency; empty for all.</param>
    /// <param name="after">The number after which the page begins.</param>
    /// <param name="most">Accounts of a page.</param>
    /// <param name="cancellation">Ends it.</param>
    public async Task<IReadOnlyList<BookAccount>> PageAsync(OwnerType? owner, long? ownerId, AccountKind? kind, string currency, long after, int most, CancellationToken cancellation)
    {
        await using var context = contexts.Create();
        var rows = context.Accounts.Where(a => a.Id > after && (owner == null || a.OwnerType == owner) && (ownerId == null || a.OwnerId == ownerId) && (kind == null || a.Kind == kind) && (currency == "" || a.Currency == currency));
        var page = await rows.GroupBy(a => a.Id).Select(g => new { Id = g.Key, BalanceMinor = g.Sum(a => a.BalanceMinor) }).OrderBy(a => a.Id).Take(most).ToListAsync(cancellation);
        return [.. page.Select(a => new BookAccount(Named(a.Id), a.BalanceMinor))];
    }

    public async Task<BookedTransfer?> TransferAsync(short bucket, long transferNo, CancellationToken cancellation)
    {
        await using var context = contexts.Create();
        if (await context.Transfers.SingleOrDefaultAsync(t => t.Bucket == bucket && t.TransferNo == transferNo, cancellation) is not { } transfer)
        {
            return null;
        }

        var entries = await context.Entries.Where(e => e.Bucket == bucket && e.TransferNo == transferNo).OrderBy(e => e.Leg).ToListAsync(cancellation);
        var number = transfer.OrderId == 0 ? null : await context.Orders.Where(o => o.Bucket == bucket && o.Id == transfer.OrderId).Select(o => o.Number).SingleOrDefaultAsync(cancellation);
        var byHand = LedgerOrderKey.IdOf(transfer.OnceKey) is { } id ? await context.LedgerOrders.AsNoTracking().SingleOrDefaultAsync(o => o.Id == id, cancellation) : null;
        return new BookedTransfer(transfer, entries, number ?? "", byHand, (await ChainsAsync(context, bucket, cancellation)).Single());
    }

    public async Task<IReadOnlyList<ChainState>> ChainsAsync(CancellationToken cancellation)
    {
        await using var context = contexts.Create();
        return await ChainsAsync(context, null, cancellation);
    }

    /// <summary>What an account's number says; null when it says nothing.</summary>
    public static AccountRow? Find(long accountId)
    {
        var isRight = accountId > 0 && Enum.IsDefined((OwnerType)(accountId / 1_000_000_000_000_000)) && Enum.IsDefined((AccountKind)(accountId / 1000 % 100))
            && Currency.All.Any(c => c.NumericCode == accountId % 1000);
        return isRight ? Named(accountId) : null;
    }

    private static AccountRow Named(long accountId) => AccountId.Open(new AccountKey(0, accountId));

    private static async Task<IReadOnlyList<ChainState>> ChainsAsync(PayproContext context, short? bucket, CancellationToken cancellation)
    {
        var chains = await context.Chains.Where(c => bucket == null || c.Bucket == bucket).OrderBy(c => c.Bucket).Select(c => new { c.Bucket, c.LastTransferNo }).ToListAsync(cancellation);
        var looked = await context.LedgerChecks.AsNoTracking().Where(c => bucket == null || c.Bucket == bucket).ToDictionaryAsync(c => c.Bucket, cancellation);
        return [.. chains.Select(c => looked.TryGetValue(c.Bucket, out var l) ? new ChainState(c.Bucket, c.LastTransferNo, l.TransferNo, l.CheckedAtMs, l.Finding) : new ChainState(c.Bucket, c.LastTransferNo, 0, 0, ""))];
    }
}
