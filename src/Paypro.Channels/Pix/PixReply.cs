using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Paypro.Channels.Pix;

/// <summary>What came of a call.</summary>
internal abstract record PixReply
{
    private PixReply() { }

    /// <summary>For the operator.</summary>
    public abstract string Why { get; }

    /// <summary>Certainly nothing was sent.</summary>
    public sealed record NeverSent(string Reason) : PixReply
    {
        public override string Why => Reason;
    }

    /// <summary>It may have arrived, and nothing that can be read came back.</summary>
    public sealed record Silence(string Reason) : PixReply
    {
        public override string Why => Reason;
    }

    /// <summary>A server answered; whether in the rail's own form is to be seen.</summary>
    public sealed record Answered(int Status, ReadOnlyMemory<byte> Body) : PixReply
    {
        /// <summary>What is wrong, in one of the rail's two forms; null when the body has neither.</summary>
        public PixProblem? Problem => field ??= PixProblem.Read(Body);

        public override string Why => $"The bank answered {Status}{(Problem is { } problem ? " " + problem.Name : "")}.";

        /// <summary>Hides the body, which may hold personal data.</summary>
        public override string ToString() => $"Answered {Status}";

        /// <summary>The body as one of the rail's; null when it is none.</summary>
        public T? Read<T>(JsonTypeInfo<T> type)
            where T : class => PixReply.Read(Body, type);
    }

    /// <summary>Reads a body; null when it is none of this kind.</summary>
    public static T? Read<T>(ReadOnlyMemory<byte> body, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(body.Span, type);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or FormatException)
        {
            // The second is what half a surrogate pair throws.
            return null;
        }
    }
}

/// <summary>An error in the rail's own form: the standard's <c>type</c>, whose last part is its name, or Efí's <c>nome</c>.</summary>
/// <param name="Name">The name: letters, digits and underscores.</param>
internal sealed record PixProblem(string Name)
{
    private const int LongestName = 64;

    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 8 };

    /// <summary>Whether it says that a number was used before, under any of its names.</summary>
    public bool IsDuplicate => Name is "txid_duplicado" or "id_envio_duplicado" or "devolucao_id_duplicado";

    /// <summary>Whether it says that there is none; at Efí such an answer may have status 400.</summary>
    public bool IsNotFound => Name is "NaoEncontrado" or "CobNaoEncontrado" or "PixNaoEncontrado" or "PixDevolucaoNaoEncontrada" or "PixEnviadoNaoEncontrado"
        or "WebhookNaoEncontrado" or "PermanentementeRemovido" or "pix_nao_encontrado";

    /// <summary>Whether a refusal of this name is documented as certain.</summary>
    public bool IsCertain => Name is "CobOperacaoInvalida" or "PixDevolucaoInvalida" or "WebhookOperacaoInvalida" or "RequisicaoInvalida"
        or "valor_invalido" or "chave_invalida" or "documento_bloqueado" or "json_invalido" or "webhook_invalido" or "chave_nao_pertence_ao_documento";

    /// <summary>Reads a body.</summary>
    public static PixProblem? Read(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body, Options);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                return null;
            }

            var name = (TextOf(document.RootElement, "type") is { } type ? type[(type.LastIndexOf('/') + 1)..] : null) ?? TextOf(document.RootElement, "nome");
            return name is { Length: >= 1 and <= LongestName } && name.All(static letter => char.IsAsciiLetterOrDigit(letter) || letter == '_') ? new PixProblem(name) : null;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static string? TextOf(JsonElement from, string name) =>
        from.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
