using System.Text;
using Paypro.Protocol;
using Paypro.Server.Orders;
using Paypro.Server.Sandbox;

namespace Paypro.Server.Checkout;

/// <summary>The sandbox's strip on the page: a developer plays the payer, the wallet and the bank. A live installation has none of it.</summary>
internal sealed class PageSimulation(SandboxCommands commands)
{
    /// <returns>False when the simulator cannot do that now.</returns>
    public async Task<bool> ActAsync(OrderPicture picture, string act, CancellationToken cancellation)
    {
        var order = picture.Order;
        var restMinor = Math.Max(order.AmountMinor - (order.PaidMinor - order.ReturnedMinor) - order.SuspenseMinor, Currency.Get(order.Currency).UnitMinor);
        switch (act)
        {
            case "pay":
                return await PayAsync(restMinor);
            case "part":
                return await PayAsync(Math.Max(order.AmountMinor / 2 / Currency.Get(order.Currency).UnitMinor, 1) * Currency.Get(order.Currency).UnitMinor);
            case "more":
                return await PayAsync(restMinor + Math.Max(order.AmountMinor / 10, Currency.Get(order.Currency).UnitMinor));
            case "late":
                return (order.State == Storage.OrderState.Expired || await DoAsync("""{"action":"expire"}""")) && await PayAsync(restMinor);
            case "decline":
                return await DoAsync("""{"action":"fail"}""");
            case "expire":
                return await DoAsync("""{"action":"expire"}""");
            default:
                return false;
        }

        Task<bool> PayAsync(long minor) => DoAsync($$"""{"action":"pay","amount":"{{AmountText.WholeOrFixed(minor, Currency.Get(order.Currency))}}"}""");

        async Task<bool> DoAsync(string body) =>
            (await commands.PayInAsync(order.Number, FlatBody.Read(Encoding.UTF8.GetBytes(body), out var wrong) ?? throw new InvalidOperationException(wrong), cancellation))
                .Status == StatusCodes.Status200OK;
    }
}
