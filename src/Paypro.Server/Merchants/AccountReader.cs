using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Paypro.Channels;
using Paypro.Protocol.Countries;
using Paypro.Server.Platform;
using Paypro.Server.Storage;

namespace Paypro.Server.Merchants;

/// <summary>Opens the channel accounts of one picture. One that cannot be used is left out alone, with what is wrong.</summary>
internal sealed class AccountReader(
    MasterKeys keys, CountryCatalog countries, IReadOnlyDictionary<string, IChannel> channels, List<ConfigurationProblem> problems)
{
    public const string ProblemKind = "channel-account";

    private readonly Dictionary<long, UnusableAccount> _unusable = [];

    /// <summary>Those that were left out.</summary>
    public IReadOnlyDictionary<long, UnusableAccount> Unusable => _unusable;

    /// <summary>What a channel account's secret is bound to.</summary>
    public static string BoundTo(ChannelAccountRow account) => string.Create(CultureInfo.InvariantCulture, $"channel-account:{account.Id}");

    public AccountOffer? Read(ChannelAccountRow row, IEnumerable<ChannelWayRow> ways)
    {
        var id = row.Id.ToString(CultureInfo.InvariantCulture);
        if (Open(row, out var channel, out var account) is { } problem)
        {
            _unusable.Add(row.Id, new UnusableAccount(row.Country, problem));
            problems.Add(new(ProblemKind, id, $"Channel account {id} ({row.Country}, {row.Channel}) is left out: {problem}. Its callbacks are answered 503, and its orders wait."));
            return null;
        }

        return new AccountOffer(account!, channel!, row.Open, row.Priority, row.Name, [.. ways.Where(way => IsUsable(way, channel!, account!, id))]);
    }

    /// <summary>Null, or what is wrong: the text says nothing that the account keeps secret.</summary>
    private string? Open(ChannelAccountRow row, out IChannel? channel, out ChannelAccount? account)
    {
        account = null;
        if (!channels.TryGetValue(row.Channel, out channel))
        {
            return $"its channel '{row.Channel}' is not here";
        }

        if (countries.FindCountry(row.Country) is not { } country)
        {
            return $"its country '{row.Country}' is not one that this version knows";
        }

        if (row.Currency != country.Currency.Code)
        {
            return $"its currency '{row.Currency}' is not that of {row.Country}";
        }

        try
        {
            account = new ChannelAccount
            {
                Id = row.Id,
                Channel = row.Channel,
                Country = row.Country,
                Currency = row.Currency,
                Settings = JsonSerializer.Deserialize<Dictionary<string, string>>(row.SettingsJson) ?? [],
                Secret = row.SealedSecret.Length == 0 ? Array.Empty<byte>() : keys.Open(row.MasterKeyId, row.SealedSecret, BoundTo(row)),
            };
            return channel.CheckAccount(account) is { } problem ? problem.TrimEnd('.') : null;
        }
        catch (JsonException)
        {
            return "its settings are not a flat JSON object of strings";
        }
        catch (CryptographicException)
        {
            return $"its secret does not open with master key '{row.MasterKeyId}'";
        }
#pragma warning disable CA1031 // A channel that breaks over one account's settings must not take the others with it.
        catch (Exception error)
#pragma warning restore CA1031
        {
            return $"its channel cannot read its settings ({error.GetType().Name})";
        }
    }

    private bool IsUsable(ChannelWayRow way, IChannel channel, ChannelAccount account, string accountId)
    {
        string problem;
        try
        {
            if (way.TimeToLiveMinutes < 0 || way.MinimumMinor < 0 || way.MaximumMinor < 0 || way.CostFixedMinor < 0 || way.CostBasisPoints is < 0 or > 10_000)
            {
                problem = "an amount, a share or a time of it is out of range";
            }
            else
            {
                // Asking for its numbers also asks whether the channel has it.
                _ = way.Direction == Direction.PayIn ? channel.NumberSpaceFor(account, way.Way) : null;
                return true;
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
}
