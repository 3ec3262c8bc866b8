using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace Paypro.RailDoubles.Spei;

/// <summary>Money that comes, and what STP posts to us.</summary>
internal sealed partial class StpHouse
{
    private readonly Callers _callers = new();
    private long _banksKeys;

    /// <summary>Where STP posts: the company's address for credits, and the one for states.</summary>
    public Uri? CreditsTo { get; set; }

    public Uri? StatesTo { get; set; }

    /// <summary>Whether STP shows its user.</summary>
    public bool ShowsUser { get; set; } = true;

    /// <summary>A payer's bank settles a transfer to a CLABE of ours. Nobody is told of it yet.</summary>
    public StpCredit Pay(string clabe, long amountMinor, string? key = null, string sender = "40012", int type = 1)
    {
        lock (_gate)
        {
            var credit = new StpCredit
            {
                Id = ++_ids, Key = key ?? $"BNET01002611{Interlocked.Increment(ref _banksKeys):0000000000}", AmountMinor = amountMinor, Sender = sender, FromAccount = "012180001234567899",
                ToAccount = clabe, Day = Today, SettledAtMs = NowMs(), Type = type,
            };
            _credits.Add(credit);
            BalanceMinor += amountMinor;
            return credit;
        }
    }

    /// <summary>A payout comes back days after it was settled: as money, with the payout's own key.</summary>
    public StpCredit Bounce(string key, int type = 17)
    {
        StpOrder order;
        lock (_gate)
        {
            order = _orders[key];
        }

        return Pay(OwnAccount, order.AmountMinor, key, order.Participant, type);
    }

    /// <summary>The company's own people give a credit back, at STP's pages.</summary>
    public void GiveBack(StpCredit credit) => Leave(credit, "RE");

    /// <summary>STP sends a credit back although our answer was to take it: what it does with one that came too late, nobody has seen.</summary>
    public void SendBack(StpCredit credit) => Leave(credit, "D");

    /// <summary>The body about a credit.</summary>
    public static JsonObject BodyOf(StpCredit credit) => new()
    {
        ["id"] = credit.Id, ["fechaOperacion"] = int.Parse(credit.Day, CultureInfo.InvariantCulture), ["institucionOrdenante"] = int.Parse(credit.Sender, CultureInfo.InvariantCulture),
        ["institucionBeneficiaria"] = 90646, ["claveRastreo"] = credit.Key, ["monto"] = StpForms.Number(credit.AmountMinor), ["nombreOrdenante"] = "PAGADOR DE PRUEBA", ["tipoCuentaOrdenante"] = 40,
        ["cuentaOrdenante"] = credit.FromAccount, ["rfcCurpOrdenante"] = "ND", ["nombreBeneficiario"] = "EMPRESA DE PRUEBA", ["tipoCuentaBeneficiario"] = 40, ["cuentaBeneficiario"] = credit.ToAccount,
        ["nombreBeneficiario2"] = "", ["tipoCuentaBeneficiario2"] = 40, ["cuentaBeneficiario2"] = "", ["rfcCurpBeneficiario"] = "ND", ["conceptoPago"] = "PAGO", ["referenciaNumerica"] = 1234567,
        ["empresa"] = Company, ["tipoPago"] = credit.Type, ["tsLiquidacion"] = credit.SettledAtMs.ToString(CultureInfo.InvariantCulture), ["folioCodi"] = "",
    };

    /// <summary>The body about an order's state, in the dialect of the day.</summary>
    public static JsonObject BodyOf(StpOrder order, string? state = null) => new()
    {
        ["id"] = order.Id, ["empresa"] = Company, ["folioOrigen"] = order.Key, ["estado"] = state ?? order.State, ["causaDevolucion"] = order.Cause ?? "",
        ["tsLiquidacion"] = order.SettledAtMs.ToString(CultureInfo.InvariantCulture),
    };

    /// <summary>Posts a credit and acts on the verdict: what is answered with <c>devolver</c> goes back to its payer at once.</summary>
    public async Task<HttpStatusCode> TellAsync(StpCredit credit, Action<JsonObject>? change = null)
    {
        var body = BodyOf(credit);
        change?.Invoke(body);
        var (status, said) = await PostAsync(CreditsTo!, body);
        var verdict = (JsonNode.Parse(said is "" ? "{}" : said) as JsonObject)?["mensaje"]?.GetValue<string>();
        if (status == HttpStatusCode.OK && verdict == "confirmar")
        {
            credit.IsJudged = true;
        }
        else if (status == HttpStatusCode.BadRequest && verdict == "devolver")
        {
            // The first verdict is acted on.
            if (!credit.IsJudged)
            {
                Leave(credit, "D");
            }

            credit.IsJudged = true;
        }
        else if (status is HttpStatusCode.OK or HttpStatusCode.BadRequest)
        {
            _faults.Enqueue($"answer to a credit: {(int)status} without a verdict");
        }

        return status;
    }

    /// <summary>Posts an order's state.</summary>
    public async Task<HttpStatusCode> TellAsync(StpOrder order, string? state = null) => (await PostAsync(StatesTo!, BodyOf(order, state))).Status;

    /// <summary>Posts an order's state in the older dialect, which names the order by STP's number alone.</summary>
    public async Task<HttpStatusCode> TellOldAsync(StpOrder order, string state) =>
        (await PostAsync(StatesTo!, new JsonObject { ["id"] = order.Id.ToString(CultureInfo.InvariantCulture), ["Estado"] = state, ["Detalle"] = "0" })).Status;

    private static JsonObject TellOf(StpCredit credit)
    {
        var told = BodyOf(credit);
        told.Remove("id");
        told.Remove("institucionOrdenante");
        told.Remove("institucionBeneficiaria");
        told["idEF"] = credit.Id;
        told["estado"] = credit.State;
        told["institucionContraparte"] = int.Parse(credit.Sender, CultureInfo.InvariantCulture);
        told["institucionOperante"] = 90646;
        told["tsCaptura"] = credit.SettledAtMs;
        told["tsLiquidacion"] = credit.SettledAtMs;
        told["claveRastreoDevolucion"] = credit.State is "D" or "RE" ? "DEV" + credit.Key : null;
        told["causaDevolucion"] = credit.State is "D" or "RE" ? 1 : null;
        return told;
    }

    private void Leave(StpCredit credit, string state)
    {
        lock (_gate)
        {
            BalanceMinor -= credit.State == "LQ" ? credit.AmountMinor : 0;
            credit.State = state;
        }
    }

    private async Task<(HttpStatusCode Status, string Said)> PostAsync(Uri to, JsonObject body)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, to) { Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json") };
        if (ShowsUser)
        {
            message.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{User}:{Password}")));
        }

        using var answer = await _callers.SendAsync(message);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }
}
