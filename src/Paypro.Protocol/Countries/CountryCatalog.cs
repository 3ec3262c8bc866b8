using System.Collections.Frozen;

namespace Paypro.Protocol.Countries;

/// <summary>What a path may mean. The merchant's country decides.</summary>
public sealed class Route
{
    private readonly (Country Country, Operation Operation)[] meanings;

    internal Route(IEnumerable<(Country Country, Operation Operation)> meanings) => this.meanings = [.. meanings];

    /// <summary>The one operation that the path can mean, as under a country's segment; null where that depends on the merchant.</summary>
    public Operation? Only => meanings is [var (_, operation)] ? operation : null;

    /// <summary>The operation for a merchant's country.</summary>
    /// <returns>
    /// Null when the path stands under another country's segment, or the country has no such call: the merchant is unknown there.
    /// </returns>
    public Operation? For(Country country)
    {
        foreach (var (candidate, operation) in meanings)
        {
            if (ReferenceEquals(candidate, country))
            {
                return operation;
            }
        }

        return null;
    }
}

/// <summary>The countries there are, and what their paths mean.</summary>
public sealed class CountryCatalog
{
    private readonly FrozenDictionary<string, Route> routes;
    private readonly FrozenDictionary<string, Country> byIsoCode;

    /// <summary>Makes a catalog.</summary>
    /// <exception cref="ArgumentException">Two countries share a code or a segment, or a country has a path twice.</exception>
    public CountryCatalog(IReadOnlyList<Country> countries)
    {
        Countries = countries;
        byIsoCode = countries.ToFrozenDictionary(country => country.IsoCode, StringComparer.Ordinal);
        var meanings = countries.SelectMany(country => country.Operations.Select(operation => (Country: country, Operation: operation))).ToList();
        var qualified = meanings.Select(meaning => KeyValuePair.Create($"/{meaning.Country.Segment}{meaning.Operation.Path}", new Route([meaning])));
        var bare = meanings
            .GroupBy(meaning => meaning.Operation.Path, StringComparer.OrdinalIgnoreCase)
            .Select(group => KeyValuePair.Create(group.Key, new Route(group)));
        var all = new Dictionary<string, Route>(StringComparer.OrdinalIgnoreCase);
        foreach (var (path, route) in qualified.Concat(bare))
        {
            if (!all.TryAdd(path, route))
            {
                throw new ArgumentException($"The path {path} is there twice.", nameof(countries));
            }
        }

        routes = all.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>The countries that this project knows.</summary>
    public static CountryCatalog BuiltIn { get; } = new(
    [
        Mexico.Country,
        Indonesia.Country,
        Pakistan.Country,
        Vietnam.Country,
        Philippines.Country,
        Kenya.Country,
        Egypt.Country,
        Brazil.Country,
        India.Country,
        Bangladesh.Country,
        Nigeria.Country,
        SouthKorea.Country,
    ]);

    /// <summary>The countries.</summary>
    public IReadOnlyList<Country> Countries { get; }

    /// <summary>
    /// What a path may mean: <c>/&lt;segment&gt;&lt;documented path&gt;</c> or the bare documented path, in any letter case.
    /// Nothing is allocated.
    /// </summary>
    /// <returns>Null when no country has the path.</returns>
    public Route? Find(string path) => routes.GetValueOrDefault(path);

    /// <summary>The country of an ISO code.</summary>
    /// <returns>Null when it is not known.</returns>
    public Country? FindCountry(string isoCode) => byIsoCode.GetValueOrDefault(isoCode);
}
