namespace Paypro.Server.Reference;

/// <summary>What can be searched for on the pages: calls, fields, codes, ways and banks of every country.</summary>
internal static class SearchIndex
{
    /// <summary><c>[title, detail, address]</c> each, calls before what is inside of them.</summary>
    public static string[][] Of(IEnumerable<CountryReference> references)
    {
        var all = references.ToList();
        return
        [
            .. all.SelectMany(reference => reference.Operations.Select(operation =>
                new[] { operation.Title, $"{reference.Country.Name}, {operation.Operation.Path}", $"{AddressOf(reference)}#{operation.Id}" })),
            .. all.SelectMany(reference => StatusCode.Of(reference.Country).Select(code =>
                new[] { code.Code, $"{reference.Country.Name}: {code.Title}. {code.Documented}", $"{AddressOf(reference)}#codes" })),
            .. all.SelectMany(reference => reference.Country.PayInWays.Select(way =>
                new[] { way.WayCode, $"{reference.Country.Name}: {way.Name}", $"{AddressOf(reference)}#ways" })),
            .. all.SelectMany(reference => reference.Operations.SelectMany(operation => operation.Fields.Select(field =>
                new[] { field.Field.Name, $"{reference.Country.Name}, {operation.Title}: {field.Field.Description}", $"{AddressOf(reference)}#{operation.Id}.{field.Field.Name}" }))),
            .. all.SelectMany(reference => reference.Country.Banks.Banks.Select(bank =>
                new[] { bank.Name, $"{reference.Country.Name}, bank {bank.Code}", $"{AddressOf(reference)}#banks" })),
        ];
    }

    private static string AddressOf(CountryReference reference) => $"/docs/{reference.Country.Segment}";
}
