using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;

namespace Paypro.RailDoubles.Pix;

/// <summary>Efí's payouts and balance. The central bank's document has none of them, so that their forms are checked by hand.</summary>
internal sealed partial class PixBank
{
    private static readonly string[] WishMembers = ["valor", "pagador", "favorecido"], SenderMembers = ["chave", "infoPagador"], RecipientMembers = ["chave", "cpf", "cnpj"];

    private readonly Dictionary<string, BankPayout> _payouts = new(StringComparer.Ordinal);

    public IReadOnlyList<BankPayout> Payouts
    {
        get
        {
            lock (_gate)
            {
                return [.. _payouts.Values];
            }
        }
    }

    /// <summary>Keys that nobody has, as the directory says.</summary>
    public HashSet<string> UnknownKeys { get; } = [];

    /// <summary>The tax numbers of keys' owners, where the directory is to know them.</summary>
    public Dictionary<string, string> Owners { get; } = new(StringComparer.Ordinal);

    /// <summary>A payout reaches its end.</summary>
    public BankPayout Settle(string sendId, bool succeeds = true)
    {
        lock (_gate)
        {
            var payout = _payouts[sendId];
            if (payout.Status == "EM_PROCESSAMENTO")
            {
                payout.Status = succeeds ? "REALIZADO" : "NAO_REALIZADO";
                payout.SettledAt = succeeds ? Now() : null;
                BalanceMinor += succeeds ? 0 : payout.AmountMinor;
            }

            return payout;
        }
    }

    /// <summary>The recipient's bank sends a part back.</summary>
    public BankPayout Bounce(string sendId, long amountMinor)
    {
        lock (_gate)
        {
            var payout = _payouts[sendId];
            var now = Now();
            payout.Returns.Add(new BankReturn { Id = $"B{payout.Returns.Count + 1}", ReturnId = NewName('D'), AmountMinor = amountMinor, AskedAt = now, SettledAt = now, Status = "DEVOLVIDO" });
            BalanceMinor += amountMinor;
            return payout;
        }
    }

    private (int Status, JsonObject? Body) Send(string id, string body)
    {
        if (!Regex.IsMatch(id, "^[a-zA-Z0-9]{1,35}$") || JsonNode.Parse(body) is not JsonObject wish || FaultIn(wish) is not null)
        {
            _faults.Enqueue($"payout: {(JsonNode.Parse(body) is JsonObject bad ? FaultIn(bad) : "no object")}");
            return Wrong(400, "RequisicaoInvalida", "json_invalido");
        }

        if (_payouts.ContainsKey(id))
        {
            return Wrong(409, "", "id_envio_duplicado");
        }

        var key = wish["favorecido"]!["chave"]!.GetValue<string>();
        if (UnknownKeys.Contains(key))
        {
            return Wrong(404, "", "chave_favorecido_nao_encontrada");
        }

        var identity = (wish["favorecido"]!["cpf"] ?? wish["favorecido"]!["cnpj"])?.GetValue<string>();
        if (identity is not null && Owners.TryGetValue(key, out var owner) && owner != identity)
        {
            return Wrong(400, "", "chave_nao_pertence_ao_documento");
        }

        var amountMinor = PixForms.Minor(wish["valor"]!.GetValue<string>());
        if (amountMinor == 0 || amountMinor > BalanceMinor - BlockedMinor)
        {
            return Wrong(400, "", amountMinor == 0 ? "valor_invalido" : "saldo_insuficiente_do_teste");
        }

        var payout = new BankPayout { SendId = id, EndToEndId = NewName('E'), AmountMinor = amountMinor, Key = Keys.First(), ToKey = key, AskedAt = Now() };
        _payouts.Add(id, payout);
        BalanceMinor -= amountMinor;
        return (201, new JsonObject
        {
            ["idEnvio"] = id,
            ["e2eId"] = payout.EndToEndId,
            ["valor"] = PixForms.Text(amountMinor),
            ["horario"] = new JsonObject { ["solicitacao"] = PixForms.Text(payout.AskedAt) },
            ["status"] = payout.Status,
        });
    }

    /// <summary>What breaks Efí's form of a payout; null when nothing does.</summary>
    private string? FaultIn(JsonObject wish)
    {
        var sender = wish["pagador"] as JsonObject;
        var recipient = wish["favorecido"] as JsonObject;
        return wish.Any(pair => !WishMembers.Contains(pair.Key)) || sender is null || sender.Any(pair => !SenderMembers.Contains(pair.Key))
            || recipient is null || recipient.Any(pair => !RecipientMembers.Contains(pair.Key)) ? "its members"
            : !Keys.Contains(sender["chave"]?.GetValue<string>() ?? "") ? "the payer's key"
            : recipient["chave"]?.GetValue<string>() is not { Length: > 0 and <= 77 } ? "the recipient's key"
            : recipient["cpf"] is { } cpf && !Regex.IsMatch(cpf.GetValue<string>(), "^[0-9]{11}$") ? "the CPF"
            : recipient["cnpj"] is { } cnpj && !Regex.IsMatch(cnpj.GetValue<string>(), "^[0-9A-Z]{14}$") ? "the CNPJ"
            : wish["valor"] is not JsonValue value || !value.TryGetValue<string>(out var amount) || !Regex.IsMatch(amount, @"^\d{1,10}\.\d{2}$") ? "the amount"
            : null;
    }

    private (int Status, JsonObject? Body) TellSent(string id)
    {
        if (!_payouts.TryGetValue(id, out var payout))
        {
            return (404, JsonNode.Parse(PixTrouble.Problem("PixEnviadoNaoEncontrado", 404))!.AsObject());
        }

        var told = new JsonObject
        {
            ["endToEndId"] = payout.EndToEndId,
            ["idEnvio"] = payout.SendId,
            ["valor"] = PixForms.Text(payout.AmountMinor),
            ["chave"] = payout.Key,
            ["status"] = payout.Status,
            ["horario"] = TimesOf(payout),
            ["favorecido"] = new JsonObject { ["chave"] = payout.ToKey, ["identificacao"] = new JsonObject { ["nome"] = "Pessoa de Teste", ["cpf"] = "***.456.789-**" } },
        };
        if (payout.Returns.Count > 0)
        {
            told["devolucoes"] = new JsonArray([.. payout.Returns.Select(TellOf)]);
        }

        return (200, told);
    }

    private static JsonObject TimesOf(BankPayout payout)
    {
        var times = new JsonObject { ["solicitacao"] = PixForms.Text(payout.AskedAt) };
        if (payout.SettledAt is { } settled)
        {
            times["liquidacao"] = PixForms.Text(settled);
        }

        return times;
    }

    private (int Status, JsonObject? Body) TellBalance(IQueryCollection query)
    {
        var told = new JsonObject { ["saldo"] = PixForms.Text(BalanceMinor) };
        if (query["bloqueios"] == "true")
        {
            told["bloqueios"] = new JsonObject { ["judicial"] = "0.00", ["med"] = PixForms.Text(BlockedMinor), ["total"] = PixForms.Text(BlockedMinor) };
        }

        return (200, told);
    }
}
