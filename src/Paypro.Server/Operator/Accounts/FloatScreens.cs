using Paypro.Channels;
using Paypro.Protocol;
using Paypro.Server.Access;
using Paypro.Server.Platform;
using Paypro.Server.Screens;

namespace Paypro.Server.Operator.Accounts;

/// <summary>The screen of an account's pots: what is told, what may be sent, and when to warn.</summary>
internal sealed class FloatScreens(AccountScreens screens, AccountReads reads, AccountActions actions, PotChanges pots, TimeProvider time)
{
    private const string Digits = "Write the amount in digits, such as 1500 or 1500.50.";

    public Task<IResult> ShowAsync(Visit visit, string? problem = null) => screens.ShowAsync<AccountFloatPage>(visit, problem, (_, account) =>
        Task.FromResult<AccountModel>(new AccountFloat(account, reads.OfferOf(account.Account.Account)?.Session is IBalances)));

    public async Task<IResult> ReadAsync(Visit visit)
    {
        var read = await actions.ReadAsync(visit.By, AccountScreens.NoOf(visit), Answer<DoneView>.Unkept, visit.Http.RequestAborted);
        return read.Problem is { } problem ? await ShowAsync(visit, problem) : read.Value!.Done ? Visit.GoTo($"{PathOf(visit)}?done=saved") : await ShowAsync(visit, "The rail has told nothing, or was asked a moment ago.");
    }

    public async Task<IResult> TellAsync(Visit visit) => await BalanceAsync(visit) is { } wish
        ? await AccountScreens.DoneAsync(visit, await pots.TellAsync(visit.By, AccountScreens.NoOf(visit), visit.Field("pot"), wish, visit.Field("reason"), Answer<PotView>.Unkept), "/float", "saved", ShowAsync)
        : await ShowAsync(visit, Digits);

    public async Task<IResult> ProposeAsync(Visit visit) => await BalanceAsync(visit) is { } wish
        ? await screens.ProposeAsync(visit, Permissions.BalancesTell, BalanceTelling.Name, PotChanges.SubjectOf(AccountScreens.NoOf(visit), visit.Field("pot")), wish, "/float", ShowAsync)
        : await ShowAsync(visit, Digits);

    public async Task<IResult> LevelsAsync(Visit visit) => await LevelsOfAsync(visit) is { } wish
        ? await AccountScreens.DoneAsync(visit, await pots.SetLevelsAsync(visit.By, AccountScreens.NoOf(visit), visit.Field("pot"), wish, visit.Field("reason"), Answer<PotView>.Unkept), "/float", "saved", ShowAsync)
        : await ShowAsync(visit, Digits);

    public async Task<IResult> ProposeLevelsAsync(Visit visit) => await LevelsOfAsync(visit) is { } wish
        ? await screens.ProposeAsync(visit, Permissions.ChannelsEdit, PotLevelsChange.Name, PotChanges.SubjectOf(AccountScreens.NoOf(visit), visit.Field("pot")), wish, "/float", ShowAsync)
        : await ShowAsync(visit, Digits);

    public async Task<IResult> AddAsync(Visit visit) =>
        await AccountScreens.DoneAsync(visit, await pots.AddAsync(visit.By, AccountScreens.NoOf(visit), visit.Field("pot"), visit.Field("reason"), Answer<PotView>.Unkept), "/float", "saved", ShowAsync);

    private async Task<BalanceWish?> BalanceAsync(Visit visit) =>
        await screens.CurrencyAsync(visit) is { } currency && Money(visit, "balance", currency) is { } balance && (visit.Field("blocked").Length == 0 ? 0 : Money(visit, "blocked", currency)) is { } blocked
            && await screens.TimeAsync(visit, "at") is { } atMs ? new BalanceWish(balance, blocked, atMs == 0 ? time.NowMs() : atMs) : null;

    private async Task<PotLevels?> LevelsOfAsync(Visit visit) =>
        await screens.CurrencyAsync(visit) is { } currency && Money(visit, "floor", currency) is { } floor && Money(visit, "warn", currency) is { } warn && Money(visit, "alarm", currency) is { } alarm
            ? new PotLevels(floor, warn, alarm) : null;

    private static long? Money(Visit visit, string field, Currency currency) => TypedNumbers.Amount(visit.Field(field), currency);

    private static string PathOf(Visit visit) => FormattableString.Invariant($"/operator/channels/{AccountScreens.NoOf(visit)}/float");
}
