using System.Globalization;
using Paypro.Server.Access;
using Paypro.Server.Books;
using Paypro.Server.Storage;

namespace Paypro.Server.Operator.Months;

/// <param name="Month"><c>yyyyMM</c>.</param>
/// <param name="ClosedAtMs">Unix milliseconds UTC.</param>
/// <param name="MadeBy">Who proposed it.</param>
/// <param name="ClosedBy">Who approved it.</param>
internal sealed record MonthView(int Month, long ClosedAtMs, string MadeBy, string ClosedBy, string Reason)
{
    public static MonthView Of(ClosedMonthRow row) => new(row.Month, row.ClosedAtMs, row.MadeBy, row.ClosedBy, row.Reason);
}

/// <param name="Month"><c>yyyyMM</c>.</param>
internal sealed record MonthWish(int Month, string Reason);

/// <param name="OpeningMinor">At the month's beginning; plus is in favour of the owner.</param>
/// <param name="ClosingMinor">At its end.</param>
/// <param name="WithoutCode">Accounts for which there is no code.</param>
internal sealed record MonthLineView(string Owner, string Kind, int Accounts, long OpeningMinor, long ClosingMinor, int WithoutCode);

/// <param name="SumMinor">Always 0.</param>
internal sealed record MonthTrialView(string Currency, long SumMinor, IReadOnlyList<MonthLineView> Lines)
{
    public static MonthTrialView Of(MonthTrial t) =>
        new(t.Currency.Code, t.SumMinor, [.. t.Lines.Select(l => new MonthLineView(BookWords.KeyOf(l.Owner), BookWords.KeyOf(l.Kind), l.Accounts, l.OpeningMinor, l.ClosingMinor, l.WithoutCode))]);
}

/// <param name="Number">1, 2, 3 … without a gap.</param>
/// <param name="FeeMinor">Fees less what was given back.</param>
/// <param name="AdjustmentMinor">What was charged or given back by hand.</param>
/// <param name="TaxMinor">Tax on both.</param>
/// <param name="WithheldMinor">Tax withheld from receipts.</param>
internal sealed record FeeStatementView(long Number, int Month, long MerchantNo, string Currency, long FeeMinor, long AdjustmentMinor, long TaxMinor, long WithheldMinor)
{
    public static FeeStatementView Of(FeeStatementRow r) => new(r.Number, r.Month, r.MerchantNo, r.Currency, r.FeeMinor, r.AdjustmentMinor, r.TaxMinor, r.WithheldMinor);
}

/// <param name="Line">With an empty code it is taken away.</param>
internal sealed record CodeRequest(AccountCode Line, string Reason);

/// <summary>The calls of the operator API about closed months and account codes.</summary>
internal static class MonthApiRoutes
{
    private const string Call = OperatorApiRoutes.Root + "/ledger/months", CodeCall = OperatorApiRoutes.Root + "/ledger/account-codes";
    private const int PageSize = 50;
    private const string NoMonth = "month: is not closed";

    public static readonly IReadOnlyList<OperatorOperation> All =
    [
        new("GET", Call, Permissions.LedgerSee, "listMonths", "The months that are closed, the latest first.", async (s, c) =>
            OperatorApi.Ok(new Listed<MonthView>([.. (await Months(s).ListAsync(c.Ended)).Select(MonthView.Of)], null))) { Answers = typeof(Listed<MonthView>) },
        new("POST", Call + "/close", Permissions.MonthClose, "closeMonth", "Proposes to close a month: its trial balance is frozen, and nothing more gets a value date of it.", async (s, c) =>
        {
            var wish = c.Read<MonthWish>();
            return await OperatorApiRoutes.ProposeAsync(s, c, Permissions.MonthClose, MonthClose.Name, MonthClose.SubjectOf(wish.Month), "{}", wish.Reason);
        }) { Example = new MonthWish(202501, "all of it is reconciled"), Answers = typeof(ProposedView), Status = StatusCodes.Status202Accepted },
        new("GET", Call + "/{month:long}/trial-balance", Permissions.LedgerSee, "getMonthTrialBalance", "A closed month's trial balance, as it was frozen.", async (s, c) =>
            await Months(s).TrialAsync(MonthOf(c), c.Ended) is { } trials ? OperatorApi.Ok(new Listed<MonthTrialView>([.. trials.Select(MonthTrialView.Of)], null)) : OperatorApi.Problem(StatusCodes.Status404NotFound, NoMonth)) { Answers = typeof(Listed<MonthTrialView>) },
        new("GET", Call + "/{month:long}/journal", Permissions.LedgerSee, "getMonthJournal", "A closed month's journal as CSV: a line for each day and account, with your own codes. Its sums are the frozen trial balance.", async (s, c) =>
        {
            var currency = c.Request.Query["currency"].ToString();
            return await Months(s).JournalAsync(MonthOf(c), currency, c.Ended) is not { } journal ? OperatorApi.Problem(StatusCodes.Status404NotFound, NoMonth)
                : journal.Problem is { } problem ? OperatorApi.Problem(StatusCodes.Status400BadRequest, problem) : MonthFiles.Journal(MonthOf(c), currency, journal.Lines);
        }) { Query = [("currency", "ISO 4217.")] },
        new("GET", Call + "/fee-statements", Permissions.LedgerSee, "listFeeStatements", "Merchants' statements of fees of closed months, by number.", async (s, c) =>
        {
            var (month, merchant) = (OperatorScreens.Number(c.Request.Query["month"]) ?? 0, OperatorScreens.Number(c.Request.Query["merchant"]));
            var page = await Months(s).FeesAsync((int)Math.Min(month, int.MaxValue), merchant, OperatorScreens.Number(c.Request.Query["after"]) ?? 0, PageSize + 1, c.Ended);
            return OperatorApi.Ok(new Listed<FeeStatementView>([.. page.Take(PageSize).Select(FeeStatementView.Of)], page.Count > PageSize ? page[PageSize - 1].Number.ToString(CultureInfo.InvariantCulture) : null));
        }) { Answers = typeof(Listed<FeeStatementView>), IsList = true, Query = [("month", "yyyyMM; all where it is not given."), ("merchant", "A merchant number.")] },
        new("GET", CodeCall, Permissions.LedgerSee, "listAccountCodes", "What your own books call the accounts of this ledger.", async (s, c) =>
            OperatorApi.Ok(new Listed<AccountCode>(await s.GetRequiredService<AccountCodes>().ListAsync(c.Ended), null))) { Answers = typeof(Listed<AccountCode>) },
        new("POST", CodeCall, Permissions.MonthClose, "setAccountCode", "Says what your own books call accounts, or takes a line away where its code is empty.", async (s, c) =>
        {
            var (wish, answer) = (c.Read<CodeRequest>(), c.Keeping<AccountCode>(200));
            return await s.GetRequiredService<AccountCodes>().SetAsync(c.By, wish.Line, wish.Reason, context => answer.Keep(context, wish.Line)) is { } problem ? OperatorApi.Problem(StatusCodes.Status400BadRequest, problem) : OperatorApi.Ok(wish.Line);
        }) { Example = new CodeRequest(new AccountCode("merchant", "available", 0, "", "2010"), "the chart of accounts"), Answers = typeof(AccountCode) },
    ];

    private static ClosedMonths Months(IServiceProvider services) => services.GetRequiredService<ClosedMonths>();

    private static int MonthOf(OperatorCall call) => (int)Math.Min(int.MaxValue, long.Parse((string)call.Request.RouteValues["month"]!, CultureInfo.InvariantCulture));
}
