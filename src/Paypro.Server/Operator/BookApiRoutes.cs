using System.Globalization;
using Paypro.Server.Access;
using Paypro.Server.Books;
using Paypro.Server.Operator.Months;

namespace Paypro.Server.Operator;

/// <summary>The calls of the operator API about the books.</summary>
internal static class BookApiRoutes
{
    private const string Root = OperatorApiRoutes.Root + "/ledger";
    private const int PageSize = 50;

    private static readonly (string, string)[] Span = [("from", "From this time on, Unix milliseconds UTC; the beginning where it is not given."), ("to", "Before this time; now where it is not given.")];

    public static readonly IReadOnlyList<OperatorOperation> All =
    [
        new("GET", Root + "/trial-balance", Permissions.LedgerSee, "getTrialBalance", "All that is booked, by currency, now or at a past time; each currency sums to zero.", async (s, c) =>
            Time(c, "at", long.MaxValue) is { } at ? OperatorApi.Ok(new Listed<TrialBalanceView>([.. (await Books(s).TrialBalanceAsync(at, c.Ended)).Select(TrialBalanceView.Of)], null)) : NoTime("at"))
        { Answers = typeof(Listed<TrialBalanceView>), Query = [("at", "What was booked before this time, Unix milliseconds UTC; now where it is not given.")] },
        new("GET", Root + "/accounts", Permissions.LedgerSee, "listAccounts", "Accounts by number, with their balances now.", AccountsAsync)
        {
            Answers = typeof(Listed<AccountView>), IsList = true,
            Query = [("owner", "platform, channel, merchant or bank."), ("ownerId", "The owner's number."), ("kind", "Such as available or clearing."), ("currency", "ISO 4217.")],
        },
        new("GET", Root + "/accounts/{account:long}/entries", Permissions.LedgerSee, "getStatement", "An account's entries, the newest first, with its opening and closing balance.", StatementAsync)
        { Answers = typeof(StatementView), Query = [.. Span, ("page", "What the last page gave as next.")] },
        new("GET", Root + "/transfers/{bucket:long}/{transfer:long}", Permissions.LedgerSee, "getTransfer", "A transfer with its legs, and how far its chain was checked.", async (s, c) =>
            Value(c, "bucket") is <= short.MaxValue and var bucket && await Books(s).TransferAsync((short)bucket, Value(c, "transfer"), c.Ended) is { } found
                ? OperatorApi.Ok(TransferView.Of(found)) : OperatorApi.Problem(StatusCodes.Status404NotFound, "transfer: there is no such transfer"))
        { Answers = typeof(TransferView) },
        new("GET", Root + "/chains", Permissions.LedgerSee, "listChains", "How far each bucket's chain of transfers was checked, and what was found.", async (s, c) =>
            OperatorApi.Ok(new Listed<ChainView>([.. (await Books(s).ChainsAsync(c.Ended)).Select(ChainView.Of)], null))) { Answers = typeof(Listed<ChainView>) },
        new("GET", Root + "/cover", Permissions.LedgerSee, "getCover", "What is owed to merchants and in suspense against what channel and bank accounts hold, by currency.", async (s, c) =>
            OperatorApi.Ok(new Listed<CoverView>([.. (await s.GetRequiredService<Cover>().ReadAsync(c.Ended)).Select(CoverView.Of)], null))) { Answers = typeof(Listed<CoverView>) },
        .. ByHandApiRoutes.All,
        .. WithdrawalApiRoutes.All,
        .. MonthApiRoutes.All,
    ];

    private static async Task<IResult> AccountsAsync(IServiceProvider services, OperatorCall call)
    {
        var query = call.Request.Query;
        var (owner, kind, after, ownerId) = (query["owner"].ToString(), query["kind"].ToString(), query["after"].ToString(), query["ownerId"].ToString());
        var problem = owner.Length > 0 && !BookWords.Owners.Any(o => o.Key == owner) ? $"owner: must be one of {string.Join(", ", BookWords.Owners.Select(o => o.Key))}"
            : kind.Length > 0 && !BookWords.Kinds.Any(k => k.Key == kind) ? $"kind: must be one of {string.Join(", ", BookWords.Kinds.Select(k => k.Key))}"
            : after.Length > 0 && OperatorScreens.Number(after) is null ? "after: must be what the last page gave as next"
            : ownerId.Length > 0 && OperatorScreens.Number(ownerId) is null ? "ownerId: must be a number"
            : null;
        if (problem is not null)
        {
            return OperatorApi.Problem(StatusCodes.Status400BadRequest, problem);
        }

        var page = await Books(services).PageAsync(
            owner.Length > 0 ? BookWords.Owners.Single(o => o.Key == owner).Owner : null, OperatorScreens.Number(ownerId), kind.Length > 0 ? BookWords.Kinds.Single(k => k.Key == kind).Kind : null, query["currency"].ToString(),
            OperatorScreens.Number(after) ?? 0, PageSize + 1, call.Ended);
        return OperatorApi.Ok(new Listed<AccountView>([.. page.Take(PageSize).Select(AccountView.Of)], page.Count > PageSize ? page[PageSize - 1].Named.Id.ToString(CultureInfo.InvariantCulture) : null));
    }

    private static async Task<IResult> StatementAsync(IServiceProvider services, OperatorCall call) =>
        Time(call, "from", 0) is not { } from ? NoTime("from")
        : Time(call, "to", long.MaxValue) is not { } to ? NoTime("to")
        : from > to ? OperatorApi.Problem(StatusCodes.Status400BadRequest, "from: must not be later than to")
        : await services.GetRequiredService<AccountStatements>().ReadAsync(Value(call, "account"), from, to, [], call.Request.Query["page"].ToString(), PageSize, call.Ended) is { } statement
            ? OperatorApi.Ok(StatementView.Of(statement)) : OperatorApi.Problem(StatusCodes.Status404NotFound, "account: there is no such account");

    private static BookReads Books(IServiceProvider services) => services.GetRequiredService<BookReads>();

    private static IResult NoTime(string name) => OperatorApi.Problem(StatusCodes.Status400BadRequest, $"{name}: must be Unix milliseconds");

    /// <summary>Null when it cannot be read.</summary>
    private static long? Time(OperatorCall call, string name, long otherwise) => call.Request.Query[name].ToString() is { Length: > 0 } text ? OperatorScreens.Number(text) : otherwise;

    private static long Value(OperatorCall call, string name) => long.Parse((string)call.Request.RouteValues[name]!, CultureInfo.InvariantCulture);
}
