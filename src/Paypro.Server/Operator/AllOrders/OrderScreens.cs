using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Paypro.Protocol.Countries;
using Paypro.Server.Access;
using Paypro.Server.Dashboard.Payments;
using Paypro.Server.Operator.Pages;
using Paypro.Server.Orders;
using Paypro.Server.Payouts;
using Paypro.Server.Platform;
using Paypro.Server.Screens;
using Paypro.Server.Statements;
using Paypro.Server.Storage;

namespace Paypro.Server.Operator.AllOrders;

internal sealed record OrdersModel(OrderListQuery Query, OrderFilter Filter, OrderPage Page, IReadOnlyDictionary<long, string> Accounts, bool MayExport);

internal sealed record OrderModel(OrderDossier Dossier, Country? Country, IReadOnlyDictionary<long, string> Accounts, IReadOnlyList<(string Name, string Text)> Person, bool IsRevealed, Func<string, bool> May)
{
    /// <summary>The channel accounts that a payout or refund that waits can be sent on at.</summary>
    public IReadOnlyList<Taker> Takers { get; init; } = [];

    /// <summary>Those whom its history names.</summary>
    public ActorNames Names { get; init; } = ActorNames.None;
}

/// <param name="IsPerson">A person was looked for; what was typed is not shown again.</param>
internal sealed record FindModel(string Text, IReadOnlyList<Finding> Found, bool IsPerson = false);

/// <summary>The back office's screens of orders of all merchants.</summary>
internal sealed class OrderScreens(IContexts contexts, AllOrderReads reads, Findings findings, CountryCatalog countries, Decisions decisions, OrderCommands commands, OrderActions actions, AuditedStore store, TimeProvider time)
{
    public const int LongestReason = 300;
    private const int MostAccounts = 1_000;

    public async Task<IResult> ListAsync(Visit visit)
    {
        var query = OrderListQuery.Read(visit.Http.Request.Query);
        var filter = query.ToFilter(visit.Zone, time.NowMs(), out var problem);
        var merchant = query.Merchant is { } no ? await reads.MerchantAsync(no, visit.Http.RequestAborted) : null;
        var page = query.Merchant is not null && merchant is null ? new OrderPage([], 0, false) : await reads.ListAsync(filter, merchant, query.Account, query.Before, visit.Http.RequestAborted);
        return visit.Show<OrdersPage>("Orders", new OrdersModel(query, filter, page, await AccountsAsync(), visit.Who.May(Permissions.ListsExport) != Grant.None), problem);
    }

    public Task<IResult> ShowAsync(Visit visit) => OnAsync(visit, order => ShowAsync(visit, order));

    /// <summary>Shows the payer or the recipient for a minute. Who looks says why, and it stands in the log before anything is shown.</summary>
    public Task<IResult> RevealAsync(Visit visit) => OnAsync(visit, async order =>
    {
        var reason = visit.Field("reason");
        if (reason.Length is 0 or > LongestReason)
        {
            return await ShowAsync(visit, order, problem: "Say in 1 to 300 characters why you need to see the person.");
        }

        await LogAsync(visit, order, "people.reveal", reason);
        return await ShowAsync(visit, order, isRevealed: true);
    });

    public Task<IResult> AskAsync(Visit visit) => OnAsync(visit, async order =>
    {
        await LogAsync(visit, order, "order.ask", "");
        var asked = await decisions.AskAsync(order.Number, visit.Http.RequestAborted);
        return asked.Done ? Visit.GoTo($"{PathOf(order)}?done=asked") : await ShowAsync(visit, order, problem: "The rail has not answered. Try again later; the program goes on asking by itself.");
    });

    public Task<IResult> RetryAsync(Visit visit) => OnAsync(visit, async order =>
        await actions.RetryAsync(visit.By, order, OperatorScreens.Number(visit.Field("account")) ?? 0, visit.Field("reason")) is { } problem ? await ShowAsync(visit, order, problem) : Visit.GoTo($"{PathOf(order)}?done=saved"));

    public Task<IResult> EndAsync(Visit visit) => OnAsync(visit, async order =>
        await actions.EndAsync(visit.By, order, visit.Field("evidence"), visit.Field("reason")) is { } problem ? await ShowAsync(visit, order, problem) : Visit.GoTo($"{PathOf(order)}?done=saved"));

    public Task<IResult> ReopenAsync(Visit visit) => OnAsync(visit, async order =>
    {
        var made = await actions.ReopenAsync(visit.By, visit.Who.May(Permissions.OrdersReopen), order.Number, visit.Field("reason"));
        return made.Problem is { } problem ? await ShowAsync(visit, order, problem)
            : Visit.GoTo(made.State == ProposalState.Open ? "/operator/proposals?done=proposed" : $"{PathOf(order)}?done=saved");
    });

    public async Task<IResult> FindAsync(Visit visit)
    {
        var text = visit.Http.Request.Query["text"].ToString();
        var found = await findings.FindAsync(text, visit.Zone, time.NowMs(), visit.Http.RequestAborted);
        return visit.Show<FindPage>("Find", new FindModel(text.Length > Findings.LongestText ? "" : text, found));
    }

    /// <summary>By a phone number or an account. It comes in a form, so that it stands in no address, and that somebody looked stands in the log.</summary>
    public async Task<IResult> FindPersonAsync(Visit visit)
    {
        var typed = visit.Field("person");
        if (typed.Length == 0)
        {
            return visit.Show<FindPage>("Find", new FindModel("", []), "person: type a phone number or an account");
        }

        var (found, looked) = await findings.FindPersonAsync(typed, visit.Http.RequestAborted);
        await LookedAsync(store, visit.By, looked, found.Count);
        return visit.Show<FindPage>("Find", new FindModel("", found, IsPerson: true));
    }

    /// <summary>Notes who looked for a person: the log has hashes, by which the same person is known again, and no number.</summary>
    public static Task<bool> LookedAsync(AuditedStore store, Actor by, IReadOnlyList<string> looked, int found) => store.SaveAsync((_, trail) =>
    {
        trail.Add(by, "people.find", "person", after: new { marks = looked.Take(4), found });
        return Task.FromResult(true);
    });

    public static string PathOf(OrderRow order) => $"/operator/orders/{order.Number}";

    private async Task<IResult> OnAsync(Visit visit, Func<OrderRow, Task<IResult>> answer) =>
        await reads.FindAsync(visit.Http.Request.RouteValues["number"] as string ?? "", visit.Http.RequestAborted) is { } order
            ? await answer(order) : new ScreenAnswer<Said>(visit.Frame("There is no such order"), "Its number may have been typed wrong.", StatusCodes.Status404NotFound);

    private async Task<IResult> ShowAsync(Visit visit, OrderRow order, string? problem = null, bool isRevealed = false)
    {
        var country = countries.FindCountry(order.Country);
        visit.MerchantZone = country?.TimeZone ?? TimeZoneInfo.Utc;
        var dossier = await reads.ReadAsync(order, visit.Http.RequestAborted);
        await using var context = contexts.Create();
        return visit.Show<OrderDossierPage>(
            order.Direction switch { Channels.Direction.PayIn => "Pay-in", Channels.Direction.Payout => "Payout", Channels.Direction.Refund => "Refund", _ => "Withdrawal" },
            new OrderModel(dossier, country, await AccountsAsync(), Masked.Of(dossier.Person, isRevealed), isRevealed, p => visit.Who.May(p) != Grant.None)
            {
                Takers = await commands.TakersAsync(order, visit.Http.RequestAborted),
                Names = await ActorNames.ReadAsync(
                    context, [.. dossier.Events.SelectMany(e => new[] { e.Cause, e.Detail }), .. dossier.Actions.SelectMany(a => new[] { a.Actor, a.Approver })], visit.Http.RequestAborted),
            }, problem);
    }

    private Task<bool> LogAsync(Visit visit, OrderRow order, string action, string reason) => store.SaveAsync((_, trail) =>
    {
        trail.Add(visit.By, action, $"order:{order.Number}", reason: reason, chain: order.Bucket);
        return Task.FromResult(true);
    });

    private async Task<IReadOnlyDictionary<long, string>> AccountsAsync()
    {
        await using var context = contexts.Create();
        return await context.ChannelAccounts.AsNoTracking().OrderBy(a => a.Id).Take(MostAccounts).ToDictionaryAsync(a => a.Id, a => string.Create(CultureInfo.InvariantCulture, $"{a.Id} · {a.Channel} {a.Country}"));
    }
}
