using System.Text.Json;
using System.Text.Json.Serialization;

namespace Paypro.Channels.Pix;

// The bodies of the rail, as far as they are written or read. A text that comes as a number is no answer: only texts are money here.

/// <summary>A charge that is asked for.</summary>
internal sealed record PixChargeWish(
    [property: JsonPropertyName("calendario")] PixCalendar Calendar,
    [property: JsonPropertyName("devedor")] PixPerson? Debtor,
    [property: JsonPropertyName("valor")] PixValue Value,
    [property: JsonPropertyName("chave")] string Key,
    [property: JsonPropertyName("solicitacaoPagador")] string? Says);

/// <summary>When a charge was made and how many seconds it is open.</summary>
internal sealed record PixCalendar(
    [property: JsonPropertyName("criacao")] string? CreatedAt,
    [property: JsonPropertyName("expiracao"), JsonNumberHandling(JsonNumberHandling.AllowReadingFromString)] long? ExpiresAfter);

/// <summary>A person with one of two tax numbers.</summary>
internal sealed record PixPerson(
    [property: JsonPropertyName("cpf")] string? Cpf,
    [property: JsonPropertyName("cnpj")] string? Cnpj,
    [property: JsonPropertyName("nome")] string? Name);

/// <summary>A charge's amount.</summary>
internal sealed record PixValue([property: JsonPropertyName("original")] string? Original);

/// <summary>Where the payer's bank reads a charge.</summary>
internal sealed record PixLocation([property: JsonPropertyName("location")] string? Address);

/// <summary>A charge as the bank tells it.</summary>
internal sealed record PixCharge(
    [property: JsonPropertyName("txid")] string? TxId,
    [property: JsonPropertyName("status")] string? Status,
    [property: JsonPropertyName("calendario")] PixCalendar? Calendar,
    [property: JsonPropertyName("valor")] PixValue? Value,
    [property: JsonPropertyName("chave")] string? Key,
    [property: JsonPropertyName("location")] string? Location,
    [property: JsonPropertyName("loc")] PixLocation? Loc,
    [property: JsonPropertyName("pixCopiaECola")] string? Code,
    [property: JsonPropertyName("pix")] IReadOnlyList<PixMoved?>? Payments);

/// <summary>A change of a charge's state.</summary>
internal sealed record PixStatusWish([property: JsonPropertyName("status")] string Status);

/// <summary>One Pix: received, with what went back of it, or (Efí) sent.</summary>
internal sealed record PixMoved(
    [property: JsonPropertyName("endToEndId")] string? EndToEndId,
    [property: JsonPropertyName("e2eId")] string? ShortEndToEndId,
    [property: JsonPropertyName("txid")] string? TxId,
    [property: JsonPropertyName("idEnvio")] string? SendId,
    [property: JsonPropertyName("valor")] string? Value,
    [property: JsonPropertyName("chave")] string? Key,
    [property: JsonPropertyName("tipo")] string? Kind,
    [property: JsonPropertyName("status")] string? Status,
    [property: JsonPropertyName("horario"), JsonConverter(typeof(PixTimesConverter))] PixTimes? Times,
    [property: JsonPropertyName("devolucoes"), JsonConverter(typeof(PixReturnsConverter))] IReadOnlyList<PixReturn>? Returns,
    [property: JsonPropertyName("gnExtras")] PixExtras? Extras)
{
    /// <summary>The rail's name of it, under either of its names.</summary>
    public string? Name => EndToEndId ?? ShortEndToEndId;

    /// <summary>Hides everything: it may hold personal data.</summary>
    public override string ToString() => "PixMoved";
}

/// <summary>What Efí adds to a callback.</summary>
internal sealed record PixExtras(
    [property: JsonPropertyName("idEnvio")] string? SendId,
    [property: JsonPropertyName("erro")] PixFailure? Failure);

/// <summary>Why a payout failed.</summary>
internal sealed record PixFailure(
    [property: JsonPropertyName("codigo")] string? Code,
    [property: JsonPropertyName("origem")] string? Origin);

/// <summary>When something was asked for and done; a received Pix has one time only.</summary>
internal sealed record PixTimes(
    [property: JsonPropertyName("solicitacao")] string? AskedAt,
    [property: JsonPropertyName("liquidacao")] string? SettledAt);

/// <summary>What goes back of a received Pix.</summary>
internal sealed record PixReturn(
    [property: JsonPropertyName("id")] string? Id,
    [property: JsonPropertyName("rtrId")] string? ReturnId,
    [property: JsonPropertyName("valor")] string? Value,
    [property: JsonPropertyName("natureza")] string? Nature,
    [property: JsonPropertyName("horario"), JsonConverter(typeof(PixTimesConverter))] PixTimes? Times,
    [property: JsonPropertyName("status")] string? Status);

/// <summary>A refund that is asked for.</summary>
internal sealed record PixReturnWish(
    [property: JsonPropertyName("valor")] string Value,
    [property: JsonPropertyName("descricao")] string? Says);

/// <summary>A payout that is asked for.</summary>
internal sealed record PixSendWish(
    [property: JsonPropertyName("valor")] string Value,
    [property: JsonPropertyName("pagador")] PixSender Sender,
    [property: JsonPropertyName("favorecido")] PixRecipient Recipient);

/// <summary>Our side of a payout.</summary>
internal sealed record PixSender([property: JsonPropertyName("chave")] string Key);

/// <summary>Who is paid; the tax number is held against the key's owner.</summary>
internal sealed record PixRecipient(
    [property: JsonPropertyName("chave")] string Key,
    [property: JsonPropertyName("cpf")] string? Cpf,
    [property: JsonPropertyName("cnpj")] string? Cnpj);

/// <summary>A page of received Pix, and a callback, which has its list alone.</summary>
internal sealed record PixList(
    [property: JsonPropertyName("parametros")] PixListFacts? Facts,
    [property: JsonPropertyName("pix")] IReadOnlyList<PixMoved?>? Payments);

/// <summary>What a page answers to.</summary>
internal sealed record PixListFacts([property: JsonPropertyName("paginacao")] PixPaging? Paging);

/// <summary>Which page of how many.</summary>
[JsonNumberHandling(JsonNumberHandling.AllowReadingFromString)]
internal sealed record PixPaging(
    [property: JsonPropertyName("paginaAtual")] int? Page,
    [property: JsonPropertyName("quantidadeDePaginas")] int? Pages,
    [property: JsonPropertyName("quantidadeTotalDeItens")] long? Items);

/// <summary>What the account holds.</summary>
internal sealed record PixBalance(
    [property: JsonPropertyName("saldo")] string? Balance,
    [property: JsonPropertyName("bloqueios")] PixBlocked? Blocked);

/// <summary>What of it cannot be sent.</summary>
internal sealed record PixBlocked([property: JsonPropertyName("total")] string? Total);

/// <summary>An address for callbacks.</summary>
internal sealed record PixWebhook([property: JsonPropertyName("webhookUrl")] string? Address);

/// <summary>A token.</summary>
internal sealed record PixToken(
    [property: JsonPropertyName("access_token")] string? Token,
    [property: JsonPropertyName("expires_in"), JsonNumberHandling(JsonNumberHandling.AllowReadingFromString)] long? ExpiresIn,
    [property: JsonPropertyName("scope")] string? Scope);

/// <summary>What a token is asked for with.</summary>
internal sealed record PixTokenWish([property: JsonPropertyName("grant_type")] string GrantType);

/// <summary>Reads and writes the bodies.</summary>
[JsonSerializable(typeof(PixChargeWish))]
[JsonSerializable(typeof(PixCharge))]
[JsonSerializable(typeof(PixStatusWish))]
[JsonSerializable(typeof(PixMoved))]
[JsonSerializable(typeof(PixReturn))]
[JsonSerializable(typeof(PixReturnWish))]
[JsonSerializable(typeof(PixSendWish))]
[JsonSerializable(typeof(PixList))]
[JsonSerializable(typeof(PixBalance))]
[JsonSerializable(typeof(PixWebhook))]
[JsonSerializable(typeof(PixToken))]
[JsonSerializable(typeof(PixTokenWish))]
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, MaxDepth = 12, AllowDuplicateProperties = false)]
internal sealed partial class PixJson : JsonSerializerContext;

/// <summary>A time alone, or an object with two; documented examples have both.</summary>
internal sealed class PixTimesConverter : JsonConverter<PixTimes>
{
    public override PixTimes? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.String)
        {
            return new PixTimes(null, reader.GetString());
        }

        using var read = JsonDocument.ParseValue(ref reader);
        return read.RootElement.ValueKind != JsonValueKind.Object ? throw new JsonException("There is no time.")
            : new PixTimes(TextOf(read.RootElement, "solicitacao"), TextOf(read.RootElement, "liquidacao"));
    }

    public override void Write(Utf8JsonWriter writer, PixTimes value, JsonSerializerOptions options) => throw new NotSupportedException();

    private static string? TextOf(JsonElement from, string name) =>
        from.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}

/// <summary>A list, or (in a documented example) one alone.</summary>
internal sealed class PixReturnsConverter : JsonConverter<IReadOnlyList<PixReturn>>
{
    public override IReadOnlyList<PixReturn> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.StartObject)
        {
            return [JsonSerializer.Deserialize(ref reader, PixJson.Default.PixReturn)!];
        }

        if (reader.TokenType != JsonTokenType.StartArray)
        {
            throw new JsonException("There is no list.");
        }

        var all = new List<PixReturn>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            all.Add(JsonSerializer.Deserialize(ref reader, PixJson.Default.PixReturn) ?? throw new JsonException("There is nothing in the list."));
        }

        return all;
    }

    public override void Write(Utf8JsonWriter writer, IReadOnlyList<PixReturn> value, JsonSerializerOptions options) => throw new NotSupportedException();
}
