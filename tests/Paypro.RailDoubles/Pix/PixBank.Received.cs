using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;

namespace Paypro.RailDoubles.Pix;

/// <summary>What came, and what goes back of it.</summary>
internal sealed partial class PixBank
{
    private readonly List<BankPayment> _payments = [];

    /// <summary>What the account holds, centavos.</summary>
    public long BalanceMinor { get; private set; } = 1_000_000_00;

    public long BlockedMinor { get; set; }

    public IReadOnlyList<BankPayment> Payments
    {
        get
        {
            lock (_gate)
            {
                return [.. _payments];
            }
        }
    }

    /// <summary>Somebody pays to the key, without a charge.</summary>
    public BankPayment PayToKey(long amountMinor, string? txid = null, string? key = null)
    {
        lock (_gate)
        {
            return Receive(txid, amountMinor, key);
        }
    }

    /// <summary>A refund of ours reaches its end.</summary>
    public BankPayment SettleReturn(string id, bool succeeds = true)
    {
        lock (_gate)
        {
            var payment = _payments.Single(each => each.Returns.Any(back => back.Id == id));
            var back = payment.Returns.Single(each => each.Id == id);
            if (back.Status == "EM_PROCESSAMENTO")
            {
                back.Status = succeeds ? "DEVOLVIDO" : "NAO_REALIZADO";
                back.SettledAt = succeeds ? Now() : null;
                BalanceMinor += succeeds ? 0 : back.AmountMinor;
            }

            return payment;
        }
    }

    /// <summary>The fraud mechanism takes money back.</summary>
    public BankPayment TakeBack(string endToEndId, long amountMinor, string nature = "MED_FRAUDE")
    {
        lock (_gate)
        {
            var payment = _payments.Single(each => each.EndToEndId == endToEndId);
            var now = Now();
            payment.Returns.Add(new BankReturn { Id = $"MED{payment.Returns.Count + 1}", ReturnId = NewName('D'), AmountMinor = amountMinor, AskedAt = now, SettledAt = now, Nature = nature, Status = "DEVOLVIDO" });
            BalanceMinor -= amountMinor;
            return payment;
        }
    }

    private BankPayment Receive(string? txid, long amountMinor, string? key = null)
    {
        var payment = new BankPayment { EndToEndId = NewName('E'), TxId = txid, AmountMinor = amountMinor, At = Now(), Key = key ?? Keys.First() };
        _payments.Add(payment);
        BalanceMinor += amountMinor;
        return payment;
    }

    private (int Status, JsonObject? Body) ListPayments(IQueryCollection query)
    {
        if (!TryTime(query["inicio"], out var from) || !TryTime(query["fim"], out var to) || from > to)
        {
            return Wrong(400, "PixConsultaInvalida", "data_inicial_invalida");
        }

        var page = int.Parse(query["paginacao.paginaAtual"].ToString() is { Length: > 0 } at ? at : "0", CultureInfo.InvariantCulture);
        var size = int.Parse(query["paginacao.itensPorPagina"].ToString() is { Length: > 0 } items ? items : "100", CultureInfo.InvariantCulture);
        size = PageSize ?? size;
        var all = _payments.Where(each => each.At >= from && each.At <= to && (query["devolucaoPresente"] != "true" || each.Returns.Count > 0)).OrderByDescending(each => each.At).ToList();
        return Checked("/pix", "get", 200, new JsonObject
        {
            ["parametros"] = new JsonObject
            {
                ["inicio"] = PixForms.Text(from),
                ["fim"] = PixForms.Text(to),
                ["paginacao"] = new JsonObject
                {
                    ["paginaAtual"] = page,
                    ["itensPorPagina"] = size,
                    ["quantidadeDePaginas"] = Math.Max(1, (all.Count + size - 1) / size),
                    ["quantidadeTotalDeItens"] = all.Count,
                },
            },
            ["pix"] = new JsonArray([.. all.Skip(page * size).Take(size).Select(TellOf)]),
        });
    }

    /// <summary>Smaller pages than were asked for, as a bank may give them.</summary>
    public int? PageSize { get; set; }

    private (int Status, JsonObject? Body) TellPayment(string name) =>
        _payments.Find(each => each.EndToEndId == name) is { } payment ? Checked("/pix/{e2eid}", "get", 200, TellOf(payment)) : PaymentIsUnknown();

    /// <summary>Efí says so with 400.</summary>
    private (int Status, JsonObject? Body) PaymentIsUnknown() => SpeaksStandard ? Wrong(404, "PixNaoEncontrado", "") : Wrong(400, "", "pix_nao_encontrado");

    private (int Status, JsonObject? Body) MakeReturn(string name, string id, string body)
    {
        if (_payments.Find(each => each.EndToEndId == name) is not { } payment)
        {
            return PaymentIsUnknown();
        }

        if (!Regex.IsMatch(id, "^[a-zA-Z0-9]{1,35}$") || !Keeps("DevolucaoSolicitada", body))
        {
            return Wrong(400, "PixDevolucaoInvalida", "json_invalido");
        }

        if (payment.Returns.Any(each => each.Id == id))
        {
            return SpeaksStandard ? Wrong(400, "PixDevolucaoInvalida", "") : Wrong(409, "", "devolucao_id_duplicado");
        }

        var amountMinor = PixForms.Minor(JsonNode.Parse(body)!["valor"]!.GetValue<string>());
        if (amountMinor == 0 || amountMinor + payment.ReturnedMinor > payment.AmountMinor || _time.GetUtcNow() > payment.At.AddDays(90))
        {
            return Wrong(400, "PixDevolucaoInvalida", "valor_invalido");
        }

        var back = new BankReturn { Id = id, ReturnId = NewName('D'), AmountMinor = amountMinor, AskedAt = Now() };
        payment.Returns.Add(back);
        BalanceMinor -= amountMinor;
        return Checked("/pix/{e2eid}/devolucao/{id}", "put", 201, TellOf(back));
    }

    private (int Status, JsonObject? Body) TellReturn(string name, string id) =>
        _payments.Find(each => each.EndToEndId == name)?.Returns.Find(each => each.Id == id) is { } back
            ? Checked("/pix/{e2eid}/devolucao/{id}", "get", 200, TellOf(back)) : Wrong(404, "PixDevolucaoNaoEncontrada", "PixDevolucaoNaoEncontrada");

    private static JsonObject TellOf(BankPayment payment)
    {
        var told = new JsonObject
        {
            ["endToEndId"] = payment.EndToEndId,
            ["valor"] = PixForms.Text(payment.AmountMinor),
            ["chave"] = payment.Key,
            ["horario"] = PixForms.Text(payment.At),
            ["infoPagador"] = "obrigado",
        };
        if (payment.TxId is not null)
        {
            told["txid"] = payment.TxId;
        }

        if (payment.Returns.Count > 0)
        {
            told["devolucoes"] = new JsonArray([.. payment.Returns.Select(TellOf)]);
        }

        return told;
    }

    private static JsonObject TellOf(BankReturn back)
    {
        var times = new JsonObject { ["solicitacao"] = PixForms.Text(back.AskedAt) };
        if (back.SettledAt is { } settled)
        {
            times["liquidacao"] = PixForms.Text(settled);
        }

        return new JsonObject
        {
            ["id"] = back.Id, ["rtrId"] = back.ReturnId, ["valor"] = PixForms.Text(back.AmountMinor), ["natureza"] = back.Nature, ["horario"] = times, ["status"] = back.Status,
        };
    }

    /// <summary>The clock in the rail's milliseconds.</summary>
    private DateTimeOffset Now() => DateTimeOffset.FromUnixTimeMilliseconds(_time.GetUtcNow().ToUnixTimeMilliseconds());

    private static bool TryTime(string? text, out DateTimeOffset time) =>
        DateTimeOffset.TryParseExact(text, "yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out time);
}
