using System.Collections.Frozen;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Paypro.Channels;
using Paypro.Protocol.Countries;
using Paypro.Server.Platform;
using Paypro.Server.Rails;
using Paypro.Server.Storage;

namespace Paypro.Server.Merchants;

/// <summary>Opens the channel accounts of one picture. One that cannot be used is left out alone, with what is wrong.</summary>
internal sealed class AccountReader(
    ChannelSecretMaker secretMaker, CountryCatalog countries, IReadOnlyDictionary<string, IChannel> channels, ChannelSessions sessions, Installation installation,
    string? ownAddress, List<ConfigurationProblem> problems)
{
    public const string ProblemKind = "channel-account";

    private readonly Dictionary<long, UnusableAccount> _unusable = [];

    /// <summary>Those that were left out.</summary>
    public IReadOnlyDictionary<long, UnusableAccount> Unusable => _unusable;

    public AccountOffer? Read(
        ChannelAccountRow row, IEnumerable<ChannelWayRow> ways, IEnumerable<ChannelSecretRow> secrets, IEnumerable<ChannelBankCodeRow> bankCodes,
        IEnumerable<string> pots, IEnumerable<MaintenanceWindow> rests, BookingRules? calendar)
    {
        var id = row.Id.ToString(CultureInfo.InvariantCulture);
        try
        {
            var channel = ChannelOf(row);
            var rows = secrets.ToList();
            var account = AccountOf(row, rows, bankCodes);
            if (Problem(channel, account) is { } wrong)
            {
                throw new UnusableException(wrong.TrimEnd('.'));
            }

            var session = sessions.Of(channel, account, ConfigurationOf(row, rows, account));
            return new AccountOffer(account, channel, session, row.Open, row.Priority, row.Name, [.. ways.Where(way => IsUsable(way, channel, session, id))])
            {
                Pots = pots.ToFrozenSet(), Maintenance = [.. rests], IsRecovering = row.RecoverySinceMs > 0, Calendar = calendar,
            };
        }
#pragma warning disable CA1031 // A channel that breaks over one account's settings must not take the others with it.
        catch (Exception error)
#pragma warning restore CA1031
        {
            var problem = error is UnusableException unusable ? unusable.Message : $"its channel cannot read its settings ({error.GetType().Name})";
            _unusable.Add(row.Id, new UnusableAccount(row.Country, problem));
            problems.Add(new(ProblemKind, id, $"Channel account {id} ({row.Country}, {row.Channel}) is left out: {problem}. Its callbacks are answered 503, and its orders wait."));
            return null;
        }
    }

    /// <summary>What is wrong with an account as it would be stored; null when nothing is. Nothing is opened at its rail.</summary>
    public string? ProblemOf(ChannelAccountRow row, IEnumerable<ChannelSecretRow> secrets, IEnumerable<ChannelBankCodeRow> bankCodes)
    {
        try
        {
            return Problem(ChannelOf(row), AccountOf(row, [.. secrets], bankCodes));
        }
#pragma warning disable CA1031 // As above.
        catch (Exception error)
#pragma warning restore CA1031
        {
            return error is UnusableException ? error.Message : $"its channel cannot read its settings ({error.GetType().Name})";
        }
    }

    private IChannel ChannelOf(ChannelAccountRow row) =>
        !channels.TryGetValue(row.Channel, out var channel) ? throw new UnusableException($"its channel '{row.Channel}' is not here")
        : countries.FindCountry(row.Country) is not { } country ? throw new UnusableException($"its country '{row.Country}' is not one that this version knows")
        : row.Currency != country.Currency.Code ? throw new UnusableException($"its currency '{row.Currency}' is not that of {row.Country}")
        : row.Live && installation.IsSandbox ? throw new UnusableException("it is live, and a sandbox must not move real money")
        : !row.Live && !installation.IsSandbox ? throw new UnusableException("it is not live, and this installation takes no money that is not real")
        : channel;

    private ChannelAccount AccountOf(ChannelAccountRow row, List<ChannelSecretRow> secrets, IEnumerable<ChannelBankCodeRow> bankCodes) => new()
    {
        Id = row.Id,
        Channel = row.Channel,
        Country = row.Country,
        Currency = row.Currency,
        Live = row.Live,
        Settings = SettingsOf(row),
        Secrets = new ChannelSecrets(secrets.Select(secret => new SecretVersion(secret.Name, Open(row, secret), secret.ValidFromMs, secret.ValidToMs))),
        BankCodes = bankCodes.ToFrozenDictionary(code => code.Ours, code => code.Theirs),
        CallbackAddress = ownAddress is null || row.CallbackKey.Length == 0 ? null : new Uri($"{ownAddress}/callbacks/{row.CallbackKey}"),
    };

    private static Dictionary<string, string> SettingsOf(ChannelAccountRow row)
    {
        try
        {
            return JsonSerializer.Deserialize<Dictionary<string, string>>(row.SettingsJson) ?? [];
        }
        catch (JsonException)
        {
            throw new UnusableException("its settings are not a flat JSON object of strings");
        }
    }

    private byte[] Open(ChannelAccountRow account, ChannelSecretRow secret)
    {
        try
        {
            return secretMaker.Open(account, secret);
        }
        catch (CryptographicException)
        {
            throw new UnusableException($"its secret '{secret.Name}' does not open with master key '{secret.MasterKeyId}', or the account was changed past the program");
        }
    }

    /// <summary>Null, or what is wrong: the text says nothing that the account keeps secret.</summary>
    private static string? Problem(IChannel channel, ChannelAccount account) =>
        channel.Secrets.FirstOrDefault(secret => secret.Required && !account.Secrets.Names.Contains(secret.Name)) is { } missing
            ? $"its secret '{missing.Name}' is missing"
            : channel.CheckAccount(account);

    /// <summary>Differs whenever anything of the account does. The ciphertexts stand for the secrets.</summary>
    private static string ConfigurationOf(ChannelAccountRow row, List<ChannelSecretRow> secrets, ChannelAccount account)
    {
        var text = new StringBuilder($"{row.Channel}\n{row.Country}\n{row.Currency}\n{row.Live}\n{row.SettingsJson}\n{account.CallbackAddress}\n");
        foreach (var secret in secrets)
        {
            text.Append(CultureInfo.InvariantCulture, $"{secret.Name} {secret.ValidFromMs} {secret.ValidToMs} {Convert.ToHexStringLower(secret.Sealed)}\n");
        }

        foreach (var (ours, theirs) in account.BankCodes.OrderBy(code => code.Key, StringComparer.Ordinal))
        {
            text.Append(CultureInfo.InvariantCulture, $"{ours}={theirs}\n");
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }

    private bool IsUsable(ChannelWayRow way, IChannel channel, IChannelSession session, string accountId)
    {
        string problem;
        try
        {
            if (way.TimeToLiveMinutes < 0 || way.MinimumMinor < 0 || way.MaximumMinor < 0 || way.CostFixedMinor < 0 || way.CostBasisPoints is < 0 or > 10_000 || way.CutOffMinute is < 1 or > WayHours.LastMinute)
            {
                problem = "an amount, a share or a time of it is out of range";
            }
            else
            {
                // Asking for its numbers also asks whether the channel has it.
                problem = way.Direction == Direction.PayIn && session is IPayIns payIns ? AskFor(payIns, way.Way)
                    : way.Direction == Direction.Payout && session is IPayouts ? ""
                    : "the channel does not offer it";
                problem = problem.Length > 0 ? problem : channel.TraitsOf(session.Account, way.Direction, way.Way).Problem() ?? "";
                if (problem.Length == 0)
                {
                    return true;
                }
            }
        }
#pragma warning disable CA1031 // As above: one way must not take its account with it.
        catch (Exception error)
#pragma warning restore CA1031
        {
            problem = error is ArgumentException ? "the channel does not offer it" : $"the channel cannot read it ({error.GetType().Name})";
        }

        problems.Add(new("channel-way", $"{accountId}:{way.Direction}:{way.Way}", $"The way {way.Way} ({way.Direction}) of channel account {accountId} is left out: {problem}."));
        return false;
    }

    private static string AskFor(IPayIns payIns, string way)
    {
        _ = payIns.NumberSpaceFor(way);
        return "";
    }

    /// <summary>Why an account is left out.</summary>
    private sealed class UnusableException(string problem) : Exception(problem);
}
