using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Paypro.Channels;
using Paypro.Server.Access;
using Paypro.Server.Dashboard.Pages;
using Paypro.Server.Dashboard.Payments;
using Paypro.Server.Orders;
using Paypro.Server.Payouts;
using Paypro.Server.Platform;
using Paypro.Server.Screens;
using Paypro.Server.Storage;

namespace Paypro.Server.Dashboard.Outgoing;

/// <summary>A held payout as a list shows it.</summary>
/// <param name="Recipient">Masked: name and account.</param>
/// <param name="Maker">A person of the merchant, or its program.</param>
/// <param name="IsOwn">Whether its reader made it.</param>
internal sealed record HeldLine(HeldPayout Payout, OwnMerchant Merchant, string Recipient, string Maker, bool IsOwn)
{
    /// <summary>Whether it waits for the merchant's people; else for the operator alone.</summary>
    public bool WaitsHere => Payout.Order.Exceptions.HasFlag(OrderExceptions.HeldForMerchant);
}

/// <param name="MayDecide">Whether its reader approves anything yet.</param>
/// <param name="Hours">How long a payout waits.</param>
internal sealed record ApprovalsModel(IReadOnlyList<HeldLine> Lines, bool MayDecide, int Hours);

/// <summary>Payouts that wait for approval, as a merchant's people decide about them. Nobody approves what he made himself.</summary>
internal sealed class ApprovalScreen(OwnMerchants merchants, HeldReads reads, HeldPayouts held, People people, OrderQueries queries, AuditedStore store, IContexts contexts, PayproOptions options, TimeProvider time)
{
    private const string Title = "Approvals";

    /// <summary>Decided by one form.</summary>
    private const int Most = 100;

    public async Task<IResult> ShowAsync(Visit visit, string? problem = null)
    {
        var own = (await merchants.OfAsync(visit.Who, Permissions.PayoutsCreate)).ToDictionary(m => m.No);
        if (own.Count == 0)
        {
            return visit.Show<NoMerchantPage>(Title);
        }

        OwnMerchants.ShowZone(visit, own.Values);
        var found = await reads.ListAsync(OrderExceptions.Held, [.. own.Keys], visit.Http.RequestAborted);
        var ids = found.Select(f => UserOf(f.Maker)).Where(id => id != 0).Distinct().ToList();
        await using var context = contexts.Create();
        var names = await context.Users.Where(u => ids.Contains(u.Id)).ToDictionaryAsync(u => u.Id, u => u.Email);
        var lines = found.Select(f => new HeldLine(f, own[f.Order.MerchantNo], RecipientOf(people, f.Person), names.GetValueOrDefault(UserOf(f.Maker), ""), UserOf(f.Maker) == visit.Who.User.Id));
        return visit.Show<ApprovalsPage>(Title, new ApprovalsModel([.. lines], !IsNew(visit), options.HoldHours), problem);
    }

    public async Task<IResult> DecideAsync(Visit visit)
    {
        var approves = visit.Field("do") == "approve";
        var numbers = visit.Form["order"].OfType<string>().Distinct().Take(Most).ToList();
        if (numbers.Count == 0)
        {
            return await ShowAsync(visit, "Choose at least one payout.");
        }

        if (approves && IsNew(visit))
        {
            return await ShowAsync(visit, "Who was added or given a role within the last 24 hours approves nothing yet.");
        }

        var problems = new List<string>();
        foreach (var number in numbers)
        {
            if (await DecideAsync(visit, number, approves ? "payout.approve" : "payout.refuse") is { } problem)
            {
                problems.Add(problem);
            }
        }

        return problems.Count == 0 ? Visit.GoTo("/dashboard/approvals?done=saved")
            : problems.Count == numbers.Count ? await ShowAsync(visit, problems[0])
            : Visit.GoTo("/dashboard/approvals?done=some");
    }

    /// <summary>Its merchant wants it no more; whoever may make payouts may say so, its maker too.</summary>
    public async Task<IResult> CancelAsync(Visit visit)
    {
        var number = visit.Http.Request.RouteValues["number"] as string ?? "";
        return await DecideAsync(visit, number, "payout.cancel") is { } problem
            ? new ScreenAnswer<Said>(visit.Frame("Not cancelled", problem), "The payout does not wait for approval any more, or it is not one of your business.", StatusCodes.Status409Conflict)
            : Visit.GoTo($"/dashboard/payouts/{number}?done=ended");
    }

    /// <summary>A recipient's name and account, masked.</summary>
    public static string RecipientOf(People people, PersonRow? row)
    {
        try
        {
            return row is null ? "" : string.Join(" · ", Masked.Of(people.Open(row), isRevealed: false).Where(p => p.Name is "Name" or "Account").Select(p => p.Text));
        }
        catch (Exception error) when (error is CryptographicException or JsonException)
        {
            return "";
        }
    }

    /// <summary>The person that a history names; 0 for a program.</summary>
    public static long UserOf(string cause) => cause.StartsWith("user:", StringComparison.Ordinal) && long.TryParse(cause["user:".Length..], NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : 0;

    private bool IsNew(Visit visit) => visit.Who.User.RaisedAtMs > time.NowMs() - (long)Proposals.NewcomersWait.TotalMilliseconds;

    private async Task<string?> DecideAsync(Visit visit, string number, string action)
    {
        var order = (await queries.FindAsync(number, CancellationToken.None))?.Order;
        if (order is not { Direction: Direction.Payout, IsHeld: true } || (action != "payout.cancel" && !order.Exceptions.HasFlag(OrderExceptions.HeldForMerchant))
            || (await merchants.OfAsync(visit.Who, Permissions.PayoutsCreate)).All(m => m.No != order.MerchantNo))
        {
            return HeldPayouts.DecidedAlready;
        }

        var (userId, cause, reason) = (visit.Who.User.Id, HeldPayouts.CauseOf(visit.Who.User.Id), visit.Field("reason"));
        if (action == "payout.approve" && await held.MakerAsync(order.Key) == cause)
        {
            return HeldPayouts.IsOwn;
        }

        await store.NoteAsync(visit, action, string.Create(CultureInfo.InvariantCulture, $"merchant:{order.MerchantNo}"), order.Bucket, new { payout = order.Number }, reason);
        return action switch
        {
            "payout.approve" => await held.ApproveAsync(order.Key, OrderExceptions.HeldForMerchant, userId, cause, reason),
            "payout.refuse" => await held.EndAsync(order.Key, OrderExceptions.HeldForMerchant, cause, reason.Length == 0 ? "refused" : reason),
            _ => await held.EndAsync(order.Key, OrderExceptions.Held, cause, "cancelled by its merchant"),
        };
    }
}
