using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Paypro.Channels;
using Paypro.Protocol;
using Paypro.Server.Dashboard.Pages;
using Paypro.Server.Platform;
using Paypro.Server.Sandbox;
using Paypro.Server.Screens;
using Paypro.Server.Storage;

namespace Paypro.Server.Dashboard.Developers;

/// <param name="Place">Whose.</param>
/// <param name="Orders">The newest first.</param>
internal sealed record SandboxModel(OwnPlace Place, IReadOnlyList<OrderRow> Orders)
{
    /// <summary>What the payer or the bank can still do with an order; the name that the command has, and the text.</summary>
    public static IReadOnlyList<(string Action, string Text)> ActionsOf(OrderRow order) => (order.Direction, order.State) switch
    {
        (Direction.PayIn, OrderState.Pending or OrderState.PartlyPaid) => [("pay", "Pay"), ("fail", "Decline"), ("expire", "Let it expire")],
        (Direction.PayIn, OrderState.Paid) => [("return", "Send back")],
        (Direction.PayIn, OrderState.Expired) => [("pay", "Pay late")],
        (Direction.Payout, OrderState.Pending) => [("succeed", "Pay out"), ("fail", "Decline")],
        (Direction.Payout, OrderState.Paid) => [("return", "Send back")],
        _ => [],
    };
}

/// <summary>A sandbox's payer and bank, as buttons at the merchant's own orders.</summary>
internal sealed class SandboxScreens(IContexts contexts, IServiceProvider services, Installation installation)
{
    private const int Newest = 20;

    public async Task<IResult> ShowAsync(Visit visit, OwnPlace place, string? problem = null)
    {
        if (!installation.IsSandbox)
        {
            return new ScreenAnswer<Said>(visit.Frame("This is no sandbox"), "Payers and banks act here by themselves.", StatusCodes.Status404NotFound);
        }

        await using var context = contexts.Create();
        var (bucket, no) = (place.Merchant.Bucket, place.No);
        var orders = await context.Orders.Where(o => o.Bucket == bucket && o.MerchantNo == no && (o.Direction == Direction.PayIn || o.Direction == Direction.Payout)).OrderByDescending(o => o.Id).Take(Newest).ToListAsync();
        return visit.Show<SandboxPage>("Developers", new SandboxModel(place, orders), problem);
    }

    public async Task<IResult> ActAsync(Visit visit, OwnPlace place)
    {
        if (!installation.IsSandbox)
        {
            return await ShowAsync(visit, place);
        }

        var number = visit.Field("order");
        OrderRow? order;
        await using (var context = contexts.Create())
        {
            var (bucket, no) = (place.Merchant.Bucket, place.No);
            order = await context.Orders.FirstOrDefaultAsync(o => o.Bucket == bucket && o.MerchantNo == no && o.Number == number);
        }

        if (order is null)
        {
            return await ShowAsync(visit, place, "There is no such order.");
        }

        var commands = services.GetRequiredService<SandboxCommands>();
        var body = FlatBody.Read(JsonSerializer.SerializeToUtf8Bytes(Members(order, visit.Field("action"))), out _)!;
        var answer = order.Direction == Direction.PayIn
            ? await commands.PayInAsync(number, body, visit.Http.RequestAborted)
            : await commands.PayoutAsync(number, body, visit.Http.RequestAborted);
        return answer.Status == StatusCodes.Status200OK
            ? Visit.GoTo(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"/dashboard/developers/{place.No}/sandbox?done=saved"))
            : await ShowAsync(visit, place, JsonSerializer.SerializeToElement(answer.Content).GetProperty("error").GetString());
    }

    /// <summary>Paid is what is still owed.</summary>
    private static Dictionary<string, string> Members(OrderRow order, string action)
    {
        var members = new Dictionary<string, string> { ["action"] = action };
        if (action == "pay")
        {
            var currency = Currency.Get(order.Currency);
            members["amount"] = AmountText.Fixed(Math.Max(1, order.AmountMinor - order.PaidMinor + order.ReturnedMinor - order.SuspenseMinor), currency, currency.MinorDigits);
        }

        return members;
    }
}
