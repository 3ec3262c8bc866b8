using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace Paypro.RailDoubles.Pix;

/// <summary>What the bank posts to us.</summary>
internal sealed partial class PixBank
{
    private readonly Callers _callers = new();
    private readonly Dictionary<string, string> _webhooks = new(StringComparer.Ordinal);

    /// <summary>Whether the bank said that our asking for its certificate is not to be tested.</summary>
    public bool SkippedMtls { get; private set; }

    /// <summary>The address that is registered for a key; null when none is.</summary>
    public string? Webhook(string? key = null)
    {
        lock (_gate)
        {
            return _webhooks.GetValueOrDefault(key ?? Keys.First());
        }
    }

    /// <summary>The body about received Pix.</summary>
    public static string BodyOf(params BankPayment[] payments) => new JsonObject { ["pix"] = new JsonArray([.. payments.Select(TellOf)]) }.ToJsonString();

    /// <summary>The body about a payout.</summary>
    public static string BodyOf(BankPayout payout, string? status = null, string code = "AC03")
    {
        status ??= payout.Status;
        var extras = new JsonObject { ["idEnvio"] = payout.SendId };
        if (status == "NAO_REALIZADO")
        {
            extras["erro"] = new JsonObject { ["codigo"] = code, ["origem"] = "PSP do usuário recebedor", ["motivo"] = "Número da agência e/ou conta transacional do usuário recebedor inexistente ou inválido" };
        }

        var told = new JsonObject
        {
            ["endToEndId"] = payout.EndToEndId,
            ["chave"] = payout.Key,
            ["tipo"] = "SOLICITACAO",
            ["status"] = status,
            ["valor"] = PixForms.Text(payout.AmountMinor),
            ["horario"] = status == "NAO_REALIZADO" ? null : TimesOf(payout),
            ["gnExtras"] = extras,
        };
        if (payout.Returns.Count > 0)
        {
            told["devolucoes"] = new JsonArray([.. payout.Returns.Select(TellOf)]);
        }

        return new JsonObject { ["pix"] = new JsonArray(told) }.ToJsonString();
    }

    /// <summary>Posts to the registered address, with <c>/pix</c> behind it, and gives the status that came.</summary>
    public async Task<HttpStatusCode> DeliverAsync(string body, string? key = null)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await _callers.PostAsync(new Uri(Webhook(key) + "/pix"), content);
        return answer.StatusCode;
    }

    private (int Status, JsonObject? Body) Register(string key, string body, bool skipsMtls)
    {
        if (!Keys.Contains(key) || !Keeps("WebhookSolicitado", body))
        {
            return Wrong(400, "WebhookOperacaoInvalida", "webhook_invalido");
        }

        SkippedMtls = skipsMtls;
        _webhooks[key] = JsonNode.Parse(body)!["webhookUrl"]!.GetValue<string>();
        return (200, new JsonObject { ["webhookUrl"] = _webhooks[key] });
    }

    private (int Status, JsonObject? Body) TellWebhook(string key) => _webhooks.TryGetValue(key, out var address)
        ? Checked("/webhook/{chave}", "get", 200, new JsonObject { ["webhookUrl"] = address, ["cnpj"] = "11222333000181", ["criacao"] = PixForms.Text(_time.GetUtcNow()) })
        : Wrong(404, "WebhookNaoEncontrado", "WebhookNaoEncontrado");
}
