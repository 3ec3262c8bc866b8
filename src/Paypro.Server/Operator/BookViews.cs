using Paypro.Server.Books;
using Paypro.Server.Storage;

namespace Paypro.Server.Operator;

/// <param name="Account">Its number: owner type, owner, kind and currency in digits.</param>
/// <param name="Owner">Whose kind: platform, channel, merchant, bank.</param>
/// <param name="OwnerId">0 for the platform.</param>
/// <param name="Kind">What it is for.</param>
/// <param name="Currency">ISO 4217.</param>
/// <param name="BalanceMinor">All buckets together; plus is in favour of the owner.</param>
internal sealed record AccountView(long Account, string Owner, long OwnerId, string Kind, string Currency, long BalanceMinor)
{
    public static AccountView Of(BookAccount a) => new(a.Named.Id, BookWords.KeyOf(a.Named.OwnerType), a.Named.OwnerId, BookWords.KeyOf(a.Named.Kind), a.Named.Currency, a.BalanceMinor);
}

/// <param name="Owner">Whose kind.</param>
/// <param name="Kind">What the accounts are for.</param>
/// <param name="Accounts">How many there are.</param>
/// <param name="BalanceMinor">All of them together.</param>
internal sealed record TrialLineView(string Owner, string Kind, int Accounts, long BalanceMinor);

/// <param name="Currency">ISO 4217.</param>
/// <param name="SumMinor">Of all lines; always 0 while the books are right.</param>
/// <param name="Lines">By kind of owner and of account.</param>
internal sealed record TrialBalanceView(string Currency, long SumMinor, IReadOnlyList<TrialLineView> Lines)
{
    public static TrialBalanceView Of(TrialBalance t) => new(t.Currency.Code, t.SumMinor, [.. t.Lines.Select(l => new TrialLineView(BookWords.KeyOf(l.Owner), BookWords.KeyOf(l.Kind), l.Accounts, l.BalanceMinor))]);
}

/// <param name="Bucket">Of the transfer.</param>
/// <param name="Transfer">Its number in the bucket.</param>
/// <param name="Type">Why money moved.</param>
/// <param name="AmountMinor">Plus is in favour of the owner.</param>
/// <param name="BalanceMinor">After it, all buckets together.</param>
/// <param name="BookedAtMs">Unix milliseconds UTC.</param>
/// <param name="ValueDate">Local, yyyyMMdd.</param>
/// <param name="DueDate">When it becomes available, yyyyMMdd; 0 for none.</param>
/// <param name="Order">The order's number; empty for none.</param>
internal sealed record EntryView(short Bucket, long Transfer, TransferType Type, long AmountMinor, long BalanceMinor, long BookedAtMs, int ValueDate, int DueDate, string Order)
{
    public static EntryView Of(StatementLine l) =>
        new(l.Entry.Bucket, l.Entry.TransferNo, l.Transfer.Type, l.Entry.AmountMinor, l.BalanceMinor, l.Entry.BookedAtMs, l.Entry.ValueDate, l.Entry.DueDate, l.OrderNumber);
}

/// <param name="Account">Its number.</param>
/// <param name="Currency">ISO 4217.</param>
/// <param name="OpeningMinor">Before the first entry of the time asked for.</param>
/// <param name="ClosingMinor">After its last.</param>
/// <param name="Items">The newest first.</param>
/// <param name="Next">For the next page; null when there is none.</param>
internal sealed record StatementView(long Account, string Currency, long OpeningMinor, long ClosingMinor, IReadOnlyList<EntryView> Items, string? Next)
{
    public static StatementView Of(AccountStatement s) => new(s.Named.Id, s.Named.Currency, s.OpeningMinor, s.ClosingMinor, [.. s.Lines.Select(EntryView.Of)], s.Next.Length > 0 ? s.Next : null);
}

/// <param name="Leg">1, 2, 3 …</param>
/// <param name="Account">Its number.</param>
/// <param name="AmountMinor">Plus is in favour of the owner.</param>
/// <param name="BalanceAfterMinor">Of the account in this bucket.</param>
internal sealed record LegView(short Leg, long Account, string Owner, long OwnerId, string Kind, string Currency, long AmountMinor, long BalanceAfterMinor, int ValueDate, int DueDate);

/// <param name="Cause">What made it.</param>
/// <param name="Order">The order's number; empty for none.</param>
/// <param name="OnceKey">What makes it happen once; null for none.</param>
/// <param name="Hash">Over the transfer before it and this one, hex.</param>
/// <param name="CheckedTo">Up to which transfer the bucket's chain was found right.</param>
/// <param name="Finding">What is not right in the bucket; empty while all is.</param>
internal sealed record TransferView(
    short Bucket, long Transfer, TransferType Type, string Cause, string Order, string? OnceKey, long BookedAtMs, string Hash, long CheckedTo, string Finding, IReadOnlyList<LegView> Legs)
{
    public static TransferView Of(BookedTransfer b) => new(
        b.Transfer.Bucket, b.Transfer.TransferNo, b.Transfer.Type, b.Transfer.Cause, b.OrderNumber, b.Transfer.OnceKey, b.Transfer.BookedAtMs, Convert.ToHexStringLower(b.Transfer.Hash), b.Chain.CheckedTo, b.Chain.Finding,
        [.. b.Entries.Select(e => (Entry: e, Account: AccountId.Open(new AccountKey(e.Bucket, e.AccountId)))).Select(l => new LegView(
            l.Entry.Leg, l.Entry.AccountId, BookWords.KeyOf(l.Account.OwnerType), l.Account.OwnerId, BookWords.KeyOf(l.Account.Kind), l.Account.Currency, l.Entry.AmountMinor, l.Entry.BalanceAfterMinor, l.Entry.ValueDate, l.Entry.DueDate))]);
}

/// <param name="Bucket">0 to 63.</param>
/// <param name="LastTransfer">Where its chain ends.</param>
/// <param name="CheckedTo">Up to where it was found right.</param>
/// <param name="CheckedAtMs">When the check last went on; 0 = never.</param>
/// <param name="Finding">What is not right; empty while all is.</param>
internal sealed record ChainView(short Bucket, long LastTransfer, long CheckedTo, long CheckedAtMs, string Finding)
{
    public static ChainView Of(ChainState c) => new(c.Bucket, c.LastTransferNo, c.CheckedTo, c.CheckedAtMs, c.Finding);
}

/// <param name="Kind">Of account.</param>
/// <param name="Minor">Owed.</param>
internal sealed record OwedView(string Kind, long Minor);

/// <param name="Account">The ledger's.</param>
/// <param name="Kind">clearing, bank or inTransit.</param>
/// <param name="Name">Of the channel or bank account.</param>
/// <param name="BookedMinor">What the books say is there.</param>
/// <param name="ToldMinor">What the rail or a person said last; null where nobody has.</param>
/// <param name="ToldAtMs">When; 0 = never.</param>
/// <param name="DifferenceMinor">Told less what was booked then; null where nobody has told.</param>
internal sealed record PlaceView(long Account, string Kind, string Name, long BookedMinor, long? ToldMinor, long ToldAtMs, long? DifferenceMinor);

/// <param name="OwedMinor">To merchants, and in suspense.</param>
/// <param name="BookedMinor">What the books say is there.</param>
/// <param name="SurplusMinor">By the books; below zero is a shortfall.</param>
/// <param name="ToldSurplusMinor">By what rails and banks say.</param>
internal sealed record CoverView(string Currency, long OwedMinor, long BookedMinor, long SurplusMinor, long ToldSurplusMinor, IReadOnlyList<OwedView> Owed, IReadOnlyList<PlaceView> Places)
{
    public static CoverView Of(CoverLine l) => new(
        l.Currency.Code, l.OwedMinor, l.BookedMinor, l.SurplusMinor, l.ToldSurplusMinor, [.. l.Owed.Select(o => new OwedView(BookWords.KeyOf(o.Kind), o.Minor))],
        [.. l.Places.Select(p => new PlaceView(p.Named.Id, BookWords.KeyOf(p.Named.Kind), p.Name, p.BookedMinor, p.ToldMinor, p.ToldAtMs, p.DifferenceMinor))]);
}
