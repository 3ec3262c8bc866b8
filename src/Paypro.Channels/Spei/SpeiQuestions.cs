using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace Paypro.Channels.Spei;

/// <summary>The questions that STP answers, each signed. A day that is none is the running one.</summary>
internal sealed class SpeiQuestions(SpeiAccount account, SpeiHttp http, SpeiSignature signature, ChannelServices services)
{
    private const string Root = "/efws/API/", NoKey = "The private key cannot be opened.";

    /// <summary>The rail's outer states.</summary>
    private const long Found = 0, NothingThere = 6, DayToCome = 8, TooOften = 3;

    /// <summary>How long nothing is asked after STP has said that it was asked too often.</summary>
    private const long WaitsForMs = 900_000;

    private long _waitUntilMs;

    private long NowMs => services.Time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Asks for one order.</summary>
    public async Task<SpeiFound> OrderAsync(string key, string side, string day, CancellationToken cancellation)
    {
        if (NowMs < Interlocked.Read(ref _waitUntilMs))
        {
            return new SpeiFound.Unknown("STP has said that it was asked too often.");
        }

        var reply = await AskAsync("consultaOrden", SpeiSignature.Of(account.Company, key, side, day), writer =>
        {
            writer.WriteString("claveRastreo", key);
            writer.WriteString("tipoOrden", side);
            WriteDay(writer, day);
        }, cancellation).ConfigureAwait(false);
        return StateOf(reply) switch
        {
            Found when ((SpeiReply.Answered)reply).Body!.Object("respuesta") is { } order => new SpeiFound.One(order),
            NothingThere or DayToCome => new SpeiFound.None(),
            TooOften => Wait(),
            _ => new SpeiFound.Unknown(reply.Why) { IsAnswer = reply is SpeiReply.Answered },
        };
    }

    /// <summary>Asks for a page of an operating day's list.</summary>
    /// <returns>Null when STP did not answer.</returns>
    public async Task<SpeiPage?> PageAsync(string side, string day, int page, CancellationToken cancellation)
    {
        var reply = await AskAsync("V2/conciliacion", SpeiSignature.Of(account.Company, side, day), writer =>
        {
            writer.WriteString("tipoOrden", side);
            WriteDay(writer, day);
            writer.WriteNumber("page", page);
        }, cancellation).ConfigureAwait(false);
        return StateOf(reply) switch
        {
            NothingThere or DayToCome => new SpeiPage([], 0),
            Found when ((SpeiReply.Answered)reply).Body! is var body && body.List("datos") is { } lines && body.Number("total") is >= 0 and var total => new SpeiPage(lines, total),
            _ => null,
        };
    }

    /// <summary>Asks for the balance, whose answer no public document shows: the only <c>saldo</c> in it is taken, and nothing else.</summary>
    public async Task<(long? Minor, SpeiReply Reply)> BalanceAsync(CancellationToken cancellation)
    {
        var reply = await AskAsync("consultaSaldoCuenta", SpeiSignature.Of(account.Company, account.OrderingAccount, ""), writer =>
        {
            writer.WriteString("cuentaOrdenante", account.OrderingAccount);
            writer.WriteString("fecha", "");
        }, cancellation).ConfigureAwait(false);
        return (reply is SpeiReply.Answered { Status: 200, Body: { } body } && (body.Number("estado") ?? Found) == Found
            && body.Everywhere("saldo").ToList() is [var told] && SpeiAmount.TryRead(told, out var minor) ? minor : null, reply);
    }

    /// <summary>The outer state of an answer in the rail's own form, which has status 400 where there is nothing; null for anything else.</summary>
    public static long? StateOf(SpeiReply reply) => reply is SpeiReply.Answered { Status: 200 or 400, Body: { } body } ? body.Number("estado") : null;

    private SpeiFound.Unknown Wait()
    {
        Interlocked.Exchange(ref _waitUntilMs, NowMs + WaitsForMs);
        services.Log.LogError("Channel account {AccountId}: STP says that it was asked too often; for a quarter of an hour its lists alone are read", account.Account.Id);
        return new SpeiFound.Unknown("STP says that it was asked too often.");
    }

    private static void WriteDay(Utf8JsonWriter writer, string day)
    {
        if (day.Length > 0)
        {
            writer.WriteString("fechaOperacion", day);
        }
    }

    private async Task<SpeiReply> AskAsync(string call, string original, Action<Utf8JsonWriter> write, CancellationToken cancellation)
    {
        if (signature.Sign(original) is not { } signed)
        {
            return new SpeiReply.NeverSent(NoKey);
        }

        using var body = new MemoryStream();
        using (var writer = new Utf8JsonWriter(body))
        {
            writer.WriteStartObject();
            writer.WriteString("empresa", account.Company);
            write(writer);
            writer.WriteString("firma", signed);
            writer.WriteEndObject();
        }

        return await http.AskAsync(Root + call, body.ToArray(), cancellation).ConfigureAwait(false);
    }
}

/// <summary>What a question about one order brought.</summary>
internal abstract record SpeiFound
{
    private SpeiFound() { }

    /// <summary>The order.</summary>
    public sealed record One(SpeiBody Order) : SpeiFound;

    /// <summary>STP says that it has none on that day. Its users do not trust this alone.</summary>
    public sealed record None : SpeiFound;

    /// <summary>STP did not say.</summary>
    public sealed record Unknown(string Why) : SpeiFound
    {
        /// <summary>Whether a server answered something.</summary>
        public bool IsAnswer { get; init; }
    }
}

/// <summary>A page of an operating day's list.</summary>
/// <param name="Lines">Its lines.</param>
/// <param name="Total">Lines of all pages.</param>
internal sealed record SpeiPage(IReadOnlyList<SpeiBody> Lines, long Total);
