using Paypro.Server.Books;
using Paypro.Server.Operator.Pages;
using Paypro.Server.Platform;
using Paypro.Server.Screens;
using Paypro.Server.Screens.Lists;
using Paypro.Server.Storage;

namespace Paypro.Server.Operator;

/// <param name="AtMs">Before this time; <see cref="long.MaxValue"/> for now.</param>
/// <param name="At">As it was typed.</param>
internal sealed record TrialModel(IReadOnlyList<TrialBalance> Balances, long AtMs, string At);

internal sealed record AccountsModel(IReadOnlyList<BookAccount> Accounts, IReadOnlyDictionary<long, string> Names, long? Next, string Owner, string OwnerId, string Kind, string Currency);

/// <param name="Name">Of the account's owner; empty for none.</param>
internal sealed record AccountModel(AccountStatement Statement, string Name, string From, string To, string Page);

internal sealed record TransferModel(BookedTransfer Booked, IReadOnlyDictionary<long, string> Names);

/// <summary>The back office's screens of the books.</summary>
internal sealed class BookScreens(BookReads books, AccountStatements statements, Cover cover, OwnerNames names, TimeProvider time)
{
    private const int PageSize = 50;

    public async Task<IResult> TrialAsync(Visit visit)
    {
        var typed = visit.Http.Request.Query["at"].ToString();
        var at = typed.Length == 0 ? long.MaxValue : TypedNumbers.Time(typed, visit.Zone);
        return visit.Show<TrialPage>(
            "Trial balance", new TrialModel(await books.TrialBalanceAsync(at ?? long.MaxValue, visit.Http.RequestAborted), at ?? long.MaxValue, typed), at is null ? "Write the time like 2026-11-29T18:00." : null);
    }

    public async Task<IResult> AccountsAsync(Visit visit)
    {
        var query = visit.Http.Request.Query;
        var (owner, ownerId, kind, currency) = (query["owner"].ToString(), query["of"].ToString().Trim(), query["kind"].ToString(), query["currency"].ToString());
        var isRight = ownerId.Length == 0 || OperatorScreens.Number(ownerId) is not null;
        var page = await books.PageAsync(
            BookWords.Owners.Where(o => o.Key == owner).Select(o => (OwnerType?)o.Owner).SingleOrDefault(), OperatorScreens.Number(ownerId),
            BookWords.Kinds.Where(k => k.Key == kind).Select(k => (AccountKind?)k.Kind).SingleOrDefault(), currency, OperatorScreens.Number(query["after"]) ?? 0, PageSize + 1, visit.Http.RequestAborted);
        var shown = page.Take(PageSize).ToList();
        return visit.Show<AccountsPage>(
            "Accounts", new AccountsModel(shown, await names.OfAsync([.. shown.Select(a => a.Named)]), page.Count > PageSize ? shown[^1].Named.Id : null, owner, ownerId, kind, currency),
            isRight ? null : "Write the owner's number in digits.");
    }

    public async Task<IResult> AccountAsync(Visit visit, long accountId)
    {
        var query = visit.Http.Request.Query;
        var (from, to, page) = (query["from"].ToString(), query["to"].ToString(), query["page"].ToString());
        var (first, last) = (Days.Read(from), Days.Read(to));
        var today = Clock.LocalDate(time.NowMs(), visit.Zone);
        var problem = (from.Length > 0 && first is null) || (to.Length > 0 && last is null) ? "Days are written like 2026-11-29." : first > (last ?? today) ? "The first day is after the last one." : null;
        var (begin, end) = problem is null ? (first ?? (last ?? today).AddDays(-6), last ?? today) : (today.AddDays(-6), today);
        var statement = await statements.ReadAsync(accountId, Days.BeginMs(begin, visit.Zone), Days.BeginMs(end.AddDays(1), visit.Zone), [], page, PageSize, visit.Http.RequestAborted);
        return statement is null
            ? new ScreenAnswer<Said>(visit.Frame("There is no such account"), "An account's number says owner, kind and currency; this one says nothing.", StatusCodes.Status404NotFound)
            : visit.Show<AccountPage>("Account", new AccountModel(statement, (await names.OfAsync([statement.Named])).GetValueOrDefault(accountId, ""), Days.Text(begin), Days.Text(end), page), problem);
    }

    public async Task<IResult> TransferAsync(Visit visit, long transferNo)
    {
        var bucket = OperatorScreens.Number(visit.Http.Request.Query["bucket"]) is { } typed and <= short.MaxValue ? (short)typed : (short)-1;
        return await books.TransferAsync(bucket, transferNo, visit.Http.RequestAborted) is not { } found
            ? new ScreenAnswer<Said>(visit.Frame("There is no such transfer"), "Look it up from an account's statement.", StatusCodes.Status404NotFound)
            : visit.Show<TransferPage>("Transfer", new TransferModel(found, await names.OfAsync([.. found.Entries.Select(e => AccountId.Open(new AccountKey(e.Bucket, e.AccountId)))])));
    }

    public async Task<IResult> ChainsAsync(Visit visit) => visit.Show<ChainsPage>("Chain", await books.ChainsAsync(visit.Http.RequestAborted));

    public async Task<IResult> CoverAsync(Visit visit) => visit.Show<CoverPage>("Cover", await cover.ReadAsync(visit.Http.RequestAborted));
}
