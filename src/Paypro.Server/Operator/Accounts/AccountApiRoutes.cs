using System.Globalization;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Paypro.Channels;
using Paypro.Server.Access;
using Paypro.Server.Platform;
using Paypro.Server.Storage;

namespace Paypro.Server.Operator.Accounts;

/// <summary>The calls of the operator API that channel accounts have: what their screens do.</summary>
internal static class AccountApiRoutes
{
    private const string Root = OperatorApiRoutes.Root + "/channels", One = Root + "/{account:long}", OnePot = One + "/pots/{pot}";
    private const int PageSize = 50, Accepted = StatusCodes.Status202Accepted;
    private const string NoAccount = "account: there is no such channel account";

    public static readonly IReadOnlyList<OperatorOperation> All =
    [
        new("GET", Root, Permissions.ChannelsSee, "listChannelAccounts", "Lists channel accounts by number, with their health, float and last callback.", ListAsync)
        {
            Answers = typeof(Listed<AccountState>), IsList = true, Query = [("country", "Only of this country."), ("state", "Only open, closed, recovery, maintenance or unusable ones.")],
        },
        new("POST", Root, Permissions.ChannelsEdit, "addChannelAccount", "Adds a channel account with its secrets. It starts closed.", async (s, c) =>
            OperatorApi.Of(await Changes(s).AddAsync(c.By, c.Read<AccountWish>(), c.Keeping<ChannelAccountView>(201)), 201))
        {
            Example = new AccountWish("paypro", "MX", "Example gateway", new Dictionary<string, string> { ["base"] = "https://gateway.example/mex-pay", ["merchantNo"] = "1000000001" }, new Dictionary<string, string> { ["key"] = "a key of an example" }),
            Answers = typeof(ChannelAccountView), Status = 201,
        },
        new("GET", One, Permissions.ChannelsSee, "getChannelAccount", "One channel account.", async (s, c) =>
        {
            await using var context = s.GetRequiredService<IContexts>().Create();
            return await s.GetRequiredService<AccountReads>().FindAsync(context, Account(c)) is { } found ? OperatorApi.Ok(found) : OperatorApi.Problem(404, NoAccount);
        }) { Answers = typeof(AccountState) },
        new("POST", One + "/rename", Permissions.ChannelsEdit, "renameChannelAccount", "Calls a channel account otherwise.", async (s, c) =>
        {
            var wish = c.Read<RenameWish>();
            return OperatorApi.Of(await Changes(s).RenameAsync(c.By, Account(c), wish.Name, wish.Reason, c.Keeping<ChannelAccountView>(200)), 200);
        }) { Example = new RenameWish("Example gateway, main", "a second one is to come"), Answers = typeof(ChannelAccountView) },
        Proposal("/settings", Permissions.ChannelsEdit, "changeChannelSettings", "Proposes other settings. The secrets are bound to them anew when it is approved.", SettingsChange.Name,
            new SettingsRequest(new Dictionary<string, string> { ["base"] = "https://gateway.example/mex-pay", ["merchantNo"] = "1000000002" }, 1, "the contract was renewed"),
            (c, wish) => (AccountSettings.SubjectOf(Account(c)), Json(new SettingsWish(wish.Settings, wish.Priority)), wish.Reason)),
        Proposal("/reopen", Permissions.ChannelsSwitch, "reopenChannelAccount", "Proposes that a closed account takes orders.", AccountReopen.Name, new ReasonWish("all is set up"), (c, wish) => (AccountSettings.SubjectOf(Account(c)), "{}", wish.Reason)),
        Proposal("/end-recovery", Permissions.ChannelsSwitch, "endRecovery", "Proposes that an account in recovery after a restore sends again.", RecoveryEnd.Name, new ReasonWish("every payout of its statement since the copy is here"), (c, wish) => (AccountSettings.SubjectOf(Account(c)), "{}", wish.Reason)),
        new("POST", One + "/stop", Permissions.ChannelsStop, "stopChannelAccount", "Closes a channel account at once: it takes nothing new.", async (s, c) =>
            OperatorApi.Of(await Changes(s).StopAsync(c.By, Account(c), c.Read<ReasonWish>().Reason, c.Keeping<ChannelAccountView>(200)), 200)) { Example = new ReasonWish("its rail is out of order"), Answers = typeof(ChannelAccountView) },
        new("POST", One + "/check", Permissions.ChannelsCheck, "checkChannelAccount", "Says whether an account works, and asks its rail about an account of a bank where one is named.", async (s, c) =>
            OperatorApi.Of(await Actions(s).CheckAsync(c.By, Account(c), c.Read<CheckWish>(), c.Keeping<CheckView>(200), c.Request.HttpContext.RequestAborted), 200)) { Example = new CheckWish("", ""), Answers = typeof(CheckView) },
        new("POST", One + "/activate", Permissions.ChannelsEdit, "activateChannelAccount", "Registers an account at its rail; harmless to repeat.", async (s, c) =>
            OperatorApi.Of(await Actions(s).ActivateAsync(c.By, Account(c), c.Read<ReasonWish>().Reason, c.Keeping<CheckView>(200)), 200)) { Example = new ReasonWish("our address is another one"), Answers = typeof(CheckView) },
        new("POST", One + "/balances", Permissions.ChannelsCheck, "readBalances", "Asks the rail what the account's pots hold, now.", async (s, c) =>
            OperatorApi.Of(await Actions(s).ReadAsync(c.By, Account(c), c.Keeping<DoneView>(200), c.Request.HttpContext.RequestAborted), 200)) { Answers = typeof(DoneView) },
        new("GET", One + "/secrets", Permissions.ChannelsSee, "listChannelSecrets", "An account's secrets, without their values.", async (s, c) =>
        {
            await using var context = s.GetRequiredService<IContexts>().Create();
            var account = Account(c);
            return OperatorApi.Ok(new Listed<SecretView>([.. (await context.ChannelSecrets.AsNoTracking().Where(v => v.ChannelAccountId == account).OrderBy(v => v.Name).ThenBy(v => v.ValidFromMs).ToListAsync()).Select(SecretView.Of)], null));
        }) { Answers = typeof(Listed<SecretView>) },
        new("POST", One + "/secrets", Permissions.ChannelsEdit, "addChannelSecret", "Proposes a version of a secret. Its value is kept sealed and told nowhere.", async (s, c) =>
        {
            var wish = c.Read<SecretRequest>();
            return AccountSettings.Value(wish.Value) is not { } value
                ? OperatorApi.Problem(400, "value: must have 1 to 16384 bytes; what begins with base64: must be base64")
                : await OperatorApiRoutes.ProposeAsync(
                    s, c, Permissions.ChannelsEdit, SecretAdd.Name, AccountSettings.SubjectOf(Account(c)), Json(new SecretWish(wish.Name, wish.ValidFromMs, wish.ValidToMs)), wish.Reason,
                    (context, row) => s.GetRequiredService<ProposalSecrets>().Keep(context, row, value));
        }) { Example = new SecretRequest("key", "another key of an example", 0, 0, "the yearly exchange"), Answers = typeof(ProposedView), Status = Accepted },
        new("POST", One + "/secrets/end", Permissions.ChannelsStop, "endChannelSecret", "Ends a version of a secret at once, and forgets it.", async (s, c) =>
            OperatorApi.Of(await Changes(s).EndSecretAsync(c.By, Account(c), c.Read<SecretEndWish>(), c.Keeping<SecretView>(200)), 200)) { Example = new SecretEndWish("key", 1, "it was found in a public place"), Answers = typeof(SecretView) },
        new("GET", One + "/ways", Permissions.ChannelsSee, "listWays", "An account's ways with their limits and cost.", async (s, c) =>
        {
            await using var context = s.GetRequiredService<IContexts>().Create();
            var account = Account(c);
            return OperatorApi.Ok(new Listed<WayView>([.. (await context.ChannelWays.AsNoTracking().Where(w => w.ChannelAccountId == account).OrderBy(w => w.Direction).ThenBy(w => w.Way).ToListAsync()).Select(WayView.Of)], null));
        }) { Answers = typeof(Listed<WayView>) },
        Proposal("/ways", Permissions.ChannelsEdit, "changeWay", "Proposes a way as it shall be: open or closed, its limits, time, cost and hours.", WayChange.Name, new WayRequest(new WayView(Direction.Payout, "CLABE", true, 10_000, 5_000_000, 0, 20, 500, "17:30", true), "the contract was renewed"),
            (c, wish) => (WayChange.SubjectOf(Account(c), wish.Way.Direction, wish.Way.Way), Json(wish.Way), wish.Reason)),
        new("POST", One + "/ways/close", Permissions.ChannelsStop, "closeWay", "Closes a way of an account at once.", async (s, c) =>
        {
            var wish = c.Read<WayStopWish>();
            return OperatorApi.Of(await Changes(s).StopWayAsync(c.By, Account(c), wish.Direction, wish.Way, wish.Reason, c.Keeping<WayView>(200)), 200);
        }) { Example = new WayStopWish(Direction.PayIn, "va", "its rail is out of order"), Answers = typeof(WayView) },
        new("POST", OnePot, Permissions.ChannelsEdit, "addPot", "Makes a pot: sends from it are counted from now on.", async (s, c) =>
            OperatorApi.Of(await Pots(s).AddAsync(c.By, Account(c), Pot(c), c.Read<ReasonWish>().Reason, c.Keeping<PotView>(201)), 201)) { Example = new ReasonWish("the rail tells no balances"), Answers = typeof(PotView), Status = 201 },
        new("POST", OnePot + "/balance", Permissions.BalancesTell, "tellBalance", "Tells what a pot holds. What lets more be sent than before is proposed instead.", async (s, c) =>
        {
            var wish = c.Read<BalanceRequest>();
            return OperatorApi.Of(await Pots(s).TellAsync(c.By, Account(c), Pot(c), wish.At(NowMs(s)), wish.Reason, c.Keeping<PotView>(200)), 200);
        }) { Example = new BalanceRequest(5_000_000, 0, 0, "as the bank's page shows it"), Answers = typeof(PotView) },
        new("POST", OnePot + "/balance/raise", Permissions.BalancesTell, "raiseBalance", "Proposes a balance with which more can be sent than before; it is approved within the hour.", async (s, c) =>
        {
            var wish = c.Read<BalanceRequest>();
            return await OperatorApiRoutes.ProposeAsync(s, c, Permissions.BalancesTell, BalanceTelling.Name, PotChanges.SubjectOf(Account(c), Pot(c)), Json(wish.At(NowMs(s))), wish.Reason);
        }) { Example = new BalanceRequest(9_000_000, 0, 0, "money has come"), Answers = typeof(ProposedView), Status = Accepted },
        new("POST", OnePot + "/levels", Permissions.ChannelsEdit, "setPotLevels", "Sets what has to stay in a pot and when to warn; a lower floor is proposed instead.", async (s, c) =>
        {
            var wish = c.Read<PotLevelsRequest>();
            return OperatorApi.Of(await Pots(s).SetLevelsAsync(c.By, Account(c), Pot(c), new PotLevels(wish.FloorMinor, wish.WarnMinor, wish.AlarmMinor), wish.Reason, c.Keeping<PotView>(200)), 200);
        }) { Example = new PotLevelsRequest(100_000, 2_000_000, 500_000, "what a day needs"), Answers = typeof(PotView) },
        Proposal("/pots/{pot}/levels/lower", Permissions.ChannelsEdit, "lowerFloor", "Proposes a lower floor of a pot.", PotLevelsChange.Name, new PotLevelsRequest(0, 2_000_000, 500_000, "nothing has to stay"),
            (c, wish) => (PotChanges.SubjectOf(Account(c), Pot(c)), Json(new PotLevels(wish.FloorMinor, wish.WarnMinor, wish.AlarmMinor)), wish.Reason)),
        .. BankApiRoutes.All,
        new("GET", One + "/numbers", Permissions.ChannelsSee, "listNumbers", "How far the numbers of an account are used up.", async (s, c) =>
        {
            await using var context = s.GetRequiredService<IContexts>().Create();
            return OperatorApi.Ok(new Listed<NumbersView>(await s.GetRequiredService<NumberReads>().ListAsync(context, Account(c)), null));
        }) { Answers = typeof(Listed<NumbersView>) },
        new("GET", One + "/maintenance", Permissions.ChannelsSee, "listMaintenance", "The times in which an account or a way of it rests, the latest first; at most fifty.", async (s, c) =>
        {
            await using var context = s.GetRequiredService<IContexts>().Create();
            var account = Account(c);
            return OperatorApi.Ok(new Listed<WindowView>([.. (await context.ChannelMaintenances.AsNoTracking().Where(m => m.ChannelAccountId == account).OrderByDescending(m => m.FromMs).Take(PageSize).ToListAsync()).Select(WindowView.Of)], null));
        }) { Answers = typeof(Listed<WindowView>) },
        new("POST", One + "/maintenance", Permissions.ChannelsSwitch, "addMaintenance", "Enters a time in which an account, or a way of it, rests.", async (s, c) =>
            OperatorApi.Of(await s.GetRequiredService<Maintenance>().AddAsync(c.By, Account(c), c.Read<WindowWish>(), c.Keeping<WindowView>(201)), 201))
        {
            Example = new WindowWish(Direction.PayIn, "*", 0, 0, "America/Mexico_City", "the rail has told of it", 120), Answers = typeof(WindowView), Status = 201,
        },
        new("POST", One + "/maintenance/{window:long}/end", Permissions.ChannelsSwitch, "endMaintenance", "Ends a time of maintenance early.", async (s, c) =>
            OperatorApi.Of(await s.GetRequiredService<Maintenance>().EndAsync(c.By, Account(c), long.Parse((string)c.Request.RouteValues["window"]!, CultureInfo.InvariantCulture), c.Read<ReasonWish>().Reason, c.Keeping<WindowView>(200)), 200))
        { Example = new ReasonWish("the rail works again"), Answers = typeof(WindowView) },
    ];

    private static async Task<IResult> ListAsync(IServiceProvider services, OperatorCall call)
    {
        var query = call.Request.Query;
        await using var context = services.GetRequiredService<IContexts>().Create();
        var page = await services.GetRequiredService<AccountReads>().ListAsync(context, query["country"].ToString(), query["state"].ToString(), OperatorScreens.Number(query["after"]) ?? 0, PageSize + 1);
        return OperatorApi.Ok(new Listed<AccountState>([.. page.Take(PageSize)], page.Count > PageSize ? page[PageSize - 1].Account.Account.ToString(CultureInfo.InvariantCulture) : null));
    }

    private static OperatorOperation Proposal<TWish>(string path, string permission, string id, string summary, string kind, TWish example, Func<OperatorCall, TWish, (string Subject, string Change, string Reason)> change)
        where TWish : class => new("POST", One + path, permission, id, summary, async (s, c) =>
        {
            var (subject, json, reason) = change(c, c.Read<TWish>());
            return await OperatorApiRoutes.ProposeAsync(s, c, permission, kind, subject, json, reason);
        }) { Example = example, Answers = typeof(ProposedView), Status = Accepted };

    private static AccountChanges Changes(IServiceProvider services) => services.GetRequiredService<AccountChanges>();

    private static AccountActions Actions(IServiceProvider services) => services.GetRequiredService<AccountActions>();

    private static PotChanges Pots(IServiceProvider services) => services.GetRequiredService<PotChanges>();

    private static long NowMs(IServiceProvider services) => services.GetRequiredService<TimeProvider>().NowMs();

    private static string Json<T>(T value) => JsonSerializer.Serialize(value, OperatorJson.Options);

    private static long Account(OperatorCall call) => long.Parse((string)call.Request.RouteValues["account"]!, CultureInfo.InvariantCulture);

    private static string Pot(OperatorCall call) => (string)call.Request.RouteValues["pot"]!;
}
