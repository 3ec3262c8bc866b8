using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Paypro.RailDoubles.Pix;

/// <summary>Charges, and the payers who pay them.</summary>
internal sealed partial class PixBank
{
    public const string Merchant = "LOJA DE TESTE", City = "SAO PAULO";

    private readonly Dictionary<string, BankCharge> _charges = new(StringComparer.Ordinal);

    public IReadOnlyList<BankCharge> Charges
    {
        get
        {
            lock (_gate)
            {
                return [.. _charges.Values];
            }
        }
    }

    /// <summary>A charge; null when there is none.</summary>
    public BankCharge? Charge(string txid)
    {
        lock (_gate)
        {
            return _charges.GetValueOrDefault(txid);
        }
    }

    /// <summary>A payer pays a charge by its code.</summary>
    /// <param name="txid">The charge.</param>
    /// <param name="amountMinor">Another amount than was asked for, as only a charge that allows it takes.</param>
    public BankPayment Pay(string txid, long? amountMinor = null)
    {
        lock (_gate)
        {
            var charge = _charges[txid];
            if (charge.Status != "ATIVA" || _time.GetUtcNow() > charge.CreatedAt.AddSeconds(charge.Seconds))
            {
                throw new InvalidOperationException("The payer's bank refuses the code: the charge is not open.");
            }

            var payment = Receive(txid, amountMinor ?? charge.AmountMinor);
            charge.Payments.Add(payment);
            charge.Status = "CONCLUIDA";
            return payment;
        }
    }

    private static string Charge(BankCharge charge) => PixForms.Code(charge.Location, Merchant, City);

    private (int Status, JsonObject? Body) MakeCharge(string txid, string body)
    {
        if (!Regex.IsMatch(txid, "^[a-zA-Z0-9]{26,35}$") || !Keeps("CobSolicitada", body))
        {
            return Wrong(400, "CobOperacaoInvalida", "json_invalido");
        }

        var wish = JsonNode.Parse(body)!;
        var amountMinor = PixForms.Minor(wish["valor"]!["original"]!.GetValue<string>());
        if (amountMinor == 0 || wish["calendario"]!["expiracao"]?.GetValue<long>() is <= 0)
        {
            return Wrong(400, "CobOperacaoInvalida", "valor_invalido");
        }

        if (!Keys.Contains(wish["chave"]!.GetValue<string>()))
        {
            return Wrong(400, "CobOperacaoInvalida", "chave_invalida");
        }

        if (_charges.TryGetValue(txid, out var known))
        {
            if (RefusesRepeats)
            {
                return Wrong(409, "CobOperacaoInvalida", "txid_duplicado");
            }

            if (known.Status != "ATIVA")
            {
                return Wrong(400, "CobOperacaoInvalida", "txid_duplicado");
            }

            (known.AmountMinor, known.Revision) = (amountMinor, known.Revision + 1);
            return Checked("/cob/{txid}", "put", 201, Tell(known, false));
        }

        var charge = new BankCharge
        {
            TxId = txid,
            AmountMinor = amountMinor,
            CreatedAt = _time.GetUtcNow(),
            Seconds = wish["calendario"]!["expiracao"]?.GetValue<long>() ?? 86_400,
            Location = $"pix.example.com/qr/v2/{Guid.NewGuid():N}",
            Debtor = wish["devedor"]?.ToJsonString(),
            Says = wish["solicitacaoPagador"]?.GetValue<string>(),
        };
        _charges.Add(txid, charge);
        return Checked("/cob/{txid}", "put", 201, Tell(charge, false));
    }

    private (int Status, JsonObject? Body) TellCharge(string txid) =>
        _charges.TryGetValue(txid, out var charge) ? Checked("/cob/{txid}", "get", 200, Tell(charge, true)) : Wrong(404, "CobNaoEncontrado", "NaoEncontrado");

    private (int Status, JsonObject? Body) ChangeCharge(string txid, string body)
    {
        if (!_charges.TryGetValue(txid, out var charge))
        {
            return Wrong(404, "CobNaoEncontrado", "NaoEncontrado");
        }

        if (!Keeps("CobRevisada", body) || JsonNode.Parse(body)!["status"]?.GetValue<string>() != "REMOVIDA_PELO_USUARIO_RECEBEDOR" || charge.Status != "ATIVA")
        {
            return Wrong(400, "CobOperacaoInvalida", "status_cobranca_invalido");
        }

        (charge.Status, charge.Revision) = ("REMOVIDA_PELO_USUARIO_RECEBEDOR", charge.Revision + 1);
        return Checked("/cob/{txid}", "patch", 200, Tell(charge, true));
    }

    private JsonObject Tell(BankCharge charge, bool withPayments)
    {
        var told = new JsonObject
        {
            ["calendario"] = new JsonObject { ["criacao"] = PixForms.Text(charge.CreatedAt), ["expiracao"] = charge.Seconds },
            ["txid"] = charge.TxId,
            ["revisao"] = charge.Revision,
            ["loc"] = new JsonObject { ["id"] = 789, ["txid"] = charge.TxId, ["location"] = charge.Location, ["tipoCob"] = "cob", ["criacao"] = PixForms.Text(charge.CreatedAt) },
            ["location"] = charge.Location,
            ["status"] = charge.Status,
            ["valor"] = new JsonObject { ["original"] = PixForms.Text(charge.AmountMinor) },
            ["chave"] = Keys.First(),
            ["pixCopiaECola"] = Charge(charge),
        };
        if (charge.Debtor is not null)
        {
            told["devedor"] = JsonNode.Parse(charge.Debtor);
        }

        if (withPayments && charge.Payments.Count > 0)
        {
            told["pix"] = new JsonArray([.. charge.Payments.Select(TellOf)]);
        }

        return told;
    }
}
