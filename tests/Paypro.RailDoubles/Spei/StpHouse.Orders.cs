using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Paypro.RailDoubles.Spei;

/// <summary>Orders, and what STP says of them.</summary>
internal sealed partial class StpHouse
{
    /// <summary>The members of an order as STP's documentation of the signature orders them.</summary>
    private const string OrderMembers =
        "institucionContraparte empresa fechaOperacion folioOrigen claveRastreo institucionOperante monto tipoPago tipoCuentaOrdenante nombreOrdenante cuentaOrdenante rfcCurpOrdenante "
        + "tipoCuentaBeneficiario nombreBeneficiario cuentaBeneficiario rfcCurpBeneficiario emailBeneficiario tipoCuentaBeneficiario2 nombreBeneficiario2 cuentaBeneficiario2 rfcCurpBeneficiario2 "
        + "conceptoPago conceptoPago2 claveCatUsuario1 claveCatUsuario2 clavePago referenciaCobranza referenciaNumerica tipoOperacion topologia usuario medioEntrega prioridad iva";

    private static readonly string[] Needed =
        ["institucionContraparte", "empresa", "claveRastreo", "institucionOperante", "monto", "tipoPago", "tipoCuentaOrdenante", "nombreOrdenante", "cuentaOrdenante", "tipoCuentaBeneficiario", "nombreBeneficiario", "cuentaBeneficiario", "rfcCurpBeneficiario", "conceptoPago", "referenciaNumerica"];

    /// <summary>The original string of an order, which a test holds against the published one.</summary>
    public static string OriginalOf(JsonObject order)
    {
        var values = OrderMembers.Split(' ').Select(name => name == "monto"
            ? decimal.Parse(TextOf(order, name), CultureInfo.InvariantCulture).ToString("0.00", CultureInfo.InvariantCulture) : TextOf(order, name));
        return $"||{string.Join("|", values)}||";
    }

    /// <summary>An order reaches an end: <c>LQ</c>, <c>D</c>, <c>CN</c> and their like.</summary>
    public StpOrder End(string key, string state = "LQ", string? cause = null)
    {
        lock (_gate)
        {
            var order = _orders[key];
            var wasOut = order.State is not ("CN" or "CA" or "D");
            order.State = state;
            order.Cause = cause;
            order.SettledAtMs = state is "LQ" or "TLQ" ? NowMs() : order.SettledAtMs;
            BalanceMinor += wasOut && state is "CN" or "CA" or "D" ? order.AmountMinor : 0;
            return order;
        }
    }

    /// <summary>An order of another hand: the company's own people at STP's pages.</summary>
    public StpOrder SendByHand(string key, long amountMinor)
    {
        lock (_gate)
        {
            var order = new StpOrder
            {
                Id = ++_ids, Key = key, AmountMinor = amountMinor, Participant = "40012", ToAccount = "012180001234567899", ToName = "PROVEEDOR DE PRUEBA", ToKind = 40, Day = Today, CapturedAtMs = NowMs(),
                State = "LQ", SettledAtMs = NowMs(),
            };
            _orders.Add(order.Key, order);
            BalanceMinor -= amountMinor;
            return order;
        }
    }

    private long NowMs() => _time.GetUtcNow().ToUnixTimeMilliseconds();

    private JsonObject Register(JsonObject asked)
    {
        var stray = asked.Select(pair => pair.Key).Where(name => name != "firma" && !OrderMembers.Split(' ').Contains(name)).ToList();
        if (stray.Count > 0)
        {
            _faults.Enqueue($"order: {stray[0]} is no member");
        }

        if (Needed.FirstOrDefault(name => TextOf(asked, name).Length == 0) is { } missing)
        {
            _faults.Enqueue($"order: {missing} is missing");
            return Refused(0, $"El campo <{missing}> es obligatorio");
        }

        if (TextOf(asked, "empresa") != Company)
        {
            return Refused(0, "Firma invalida No entity found for query");
        }

        if (!IsSigned(asked, OriginalOf(asked)))
        {
            return Refused(0, "Error validando la firma");
        }

        var (key, amount, kind, to) = (TextOf(asked, "claveRastreo"), TextOf(asked, "monto"), TextOf(asked, "tipoCuentaBeneficiario"), TextOf(asked, "cuentaBeneficiario"));
        Expect(Regex.IsMatch(key, "^[A-Z0-9]{1,30}$"), "claveRastreo");
        Expect(asked["monto"] is JsonValue and not null && asked["monto"]!.GetValueKind() == System.Text.Json.JsonValueKind.Number && Regex.IsMatch(amount, @"^\d{1,12}(\.\d{1,2})?$"), "monto");
        Expect(Regex.IsMatch(TextOf(asked, "nombreBeneficiario"), "^[A-Za-z0-9&/() ]{1,40}$") && !TextOf(asked, "nombreBeneficiario").StartsWith(' '), "nombreBeneficiario");
        Expect(Regex.IsMatch(TextOf(asked, "conceptoPago"), "^[A-Za-z0-9 ]{1,40}$"), "conceptoPago");
        Expect(Regex.IsMatch(TextOf(asked, "referenciaNumerica"), "^[1-9][0-9]{0,6}$"), "referenciaNumerica");
        Expect(Regex.IsMatch(TextOf(asked, "institucionContraparte"), "^[0-9]{4,5}$") && TextOf(asked, "institucionOperante") == "90646", "institucion");
        Expect(TextOf(asked, "tipoPago") == "1" && TextOf(asked, "tipoCuentaOrdenante") == "40", "tipoPago");
        if (_orders.TryGetValue(key, out var known) && known.Day == Today)
        {
            return Refused(-1, $"La clave de rastreo {key} para la fecha {Today} de la institucion 90646 ya fue utilizada");
        }

        if (TextOf(asked, "cuentaOrdenante") != OwnAccount)
        {
            return Refused(-7, $"La cuenta {TextOf(asked, "cuentaOrdenante")} no existe");
        }

        if (kind == "3" && !TakesCards)
        {
            return Refused(-11, "El tipo de cuenta 3 es invalido");
        }

        if (kind == "40" ? !StpForms.IsClabe(to) || TextOf(asked, "institucionContraparte")[^3..] != to[..3] : kind != "3" || to.Length is not (15 or 16))
        {
            return Refused(-22, $"La cuenta CLABE {to} no coincide para la institucion operante {TextOf(asked, "institucionContraparte")}");
        }

        if (to == OwnAccount)
        {
            return Refused(-24, $"Cuenta {to} - {{MISMA_CUENTA}}");
        }

        var amountMinor = (long)(decimal.Parse(amount, CultureInfo.InvariantCulture) * 100);
        if (amountMinor == 0 || (amountMinor > BalanceMinor && !CancelsForFunds))
        {
            return amountMinor == 0 ? Refused(-20, "El monto {0.00} no es válido") : Refused(-999, "Saldo insuficiente del doble");
        }

        var lacks = amountMinor > BalanceMinor;
        if (known is not null)
        {
            // The key was used on another day: it is a second payment, which must never have been asked for.
            _faults.Enqueue("order: a tracking key came on a second day");
        }

        var order = new StpOrder
        {
            Id = ++_ids, Key = key, AmountMinor = amountMinor, Participant = TextOf(asked, "institucionContraparte"), ToAccount = to, ToName = TextOf(asked, "nombreBeneficiario"),
            ToKind = int.Parse(kind, CultureInfo.InvariantCulture), Day = Today, CapturedAtMs = NowMs(), State = lacks ? "CN" : "C", Cause = lacks ? "Saldo insuficiente" : null,
        };
        _orders[key] = order;
        BalanceMinor -= lacks ? 0 : amountMinor;
        return new JsonObject { ["id"] = order.Id };
    }

    private static JsonObject Refused(int id, string text) => new() { ["id"] = id, ["descripcionError"] = text };

    private void Expect(bool isSo, string what)
    {
        if (!isSo)
        {
            _faults.Enqueue($"order: {what}");
        }
    }

    private (int Status, JsonObject Body) TellOrder(JsonObject asked)
    {
        var (key, side, day) = (TextOf(asked, "claveRastreo"), TextOf(asked, "tipoOrden"), TextOf(asked, "fechaOperacion"));
        if (TextOf(asked, "empresa") != Company || !IsSigned(asked, $"||{Company}|{key}|{side}|{day}||"))
        {
            return Outer(1, "Firma invalida", 200);
        }

        var now = _time.GetUtcNow();
        _asked.RemoveAll(at => now - at >= TimeSpan.FromHours(1));
        _asked.Add(now);
        if (_asked.Count > QuestionsAnHour)
        {
            return Outer(3, "Se excedió el límite de 100 peticiones por hora", 200);
        }

        if (string.CompareOrdinal(day, Today) > 0)
        {
            return Outer(8, "La fecha no puede ser mayor a la fecha actual", 400);
        }

        day = day.Length == 0 ? Today : day;
        var told = side == "E" ? (_orders.TryGetValue(key, out var order) && order.Day == day ? TellOf(order) : null)
            : _credits.FirstOrDefault(each => each.Key == key && each.Day == day) is { } credit ? TellOf(credit) : null;
        if (told is null)
        {
            return Outer(6, NobodysNumber, 400);
        }

        var (status, body) = Outer(0, "Datos consultados correctamente", 200);
        body["respuesta"] = told;
        return (status, body);
    }

    private (int Status, JsonObject Body) TellDay(JsonObject asked)
    {
        var (side, day) = (TextOf(asked, "tipoOrden"), TextOf(asked, "fechaOperacion"));
        if (TextOf(asked, "empresa") != Company || !IsSigned(asked, $"||{Company}|{side}|{day}||"))
        {
            return Outer(1, "Firma invalida", 200);
        }

        day = day.Length == 0 ? Today : day;
        var lines = side == "E" ? _orders.Values.Where(each => each.Day == day).OrderByDescending(each => each.Id).Select(TellOf).ToList()
            : _credits.Where(each => each.Day == day).OrderByDescending(each => each.Id).Select(TellOf).ToList();
        if (lines.Count == 0)
        {
            var (none, nothing) = Outer(6, NobodysNumber, 400);
            nothing["total"] = 0;
            return (none, nothing);
        }

        // The newest first, so that what comes meanwhile shifts every page; and a null at the end of the last, as old lists have it.
        var page = asked["page"]!.GetValue<int>();
        var (status, body) = Outer(0, "Datos consultados correctamente", 200);
        body["total"] = lines.Count;
        body["datos"] = new JsonArray([.. lines.Skip(page * PageSize).Take(PageSize), .. (page + 1) * PageSize >= lines.Count ? new JsonNode?[] { null } : []]);
        return (status, body);
    }

    private (int Status, JsonObject Body) TellBalance(JsonObject asked)
    {
        if (!IsSigned(asked, $"||{TextOf(asked, "empresa")}|{TextOf(asked, "cuentaOrdenante")}|{TextOf(asked, "fecha")}||") || TextOf(asked, "cuentaOrdenante") != OwnAccount)
        {
            return Outer(1, "Firma invalida", 200);
        }

        var (status, body) = Outer(0, "Datos consultados correctamente", 200);
        body["respuesta"] = new JsonObject { ["cuenta"] = OwnAccount, [BalanceName] = StpForms.Number(BalanceMinor) };
        return (status, body);
    }

    private static (int Status, JsonObject Body) Outer(int state, string message, int status) => (status, new JsonObject { ["estado"] = state, ["mensaje"] = message });

    private static JsonObject TellOf(StpOrder order) => new()
    {
        ["idEF"] = order.Id, ["claveRastreo"] = order.Key, ["conceptoPago"] = "PAGO", ["cuentaBeneficiario"] = order.ToAccount, ["cuentaOrdenante"] = OwnAccount, ["empresa"] = Company,
        ["estado"] = order.State, ["fechaOperacion"] = int.Parse(order.Day, CultureInfo.InvariantCulture), ["institucionContraparte"] = int.Parse(order.Participant, CultureInfo.InvariantCulture),
        ["institucionOperante"] = 90646, ["medioEntrega"] = 3, ["monto"] = StpForms.Number(order.AmountMinor), ["nombreBeneficiario"] = order.ToName + "   ", ["nombreOrdenante"] = "EMPRESA DE PRUEBA",
        ["nombreCep"] = null, ["tipoCuentaBeneficiario"] = order.ToKind, ["tipoPago"] = 1, ["tsCaptura"] = order.CapturedAtMs, ["tsLiquidacion"] = order.SettledAtMs == 0 ? null : order.SettledAtMs,
        ["tsDevolucion"] = order.State == "D" ? 4524 : null, ["causaDevolucion"] = order.Cause, ["urlCEP"] = null,
    };
}
