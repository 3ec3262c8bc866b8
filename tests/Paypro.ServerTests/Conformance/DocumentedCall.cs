using Paypro.Protocol.Countries;
using Paypro.Server.Reference;

namespace Paypro.ServerTests.Conformance;

/// <summary>Every operation of every country, as cases: a country that is added is tested by its file alone.</summary>
internal sealed record DocumentedCall(Country Country, Operation Operation)
{
    /// <summary>Each operation as country segment and documented path.</summary>
    public static TheoryData<string, string> All
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var call in Every())
            {
                data.Add(call.Country.Segment, call.Operation.Path);
            }

            return data;
        }
    }

    /// <summary>Each country's segment.</summary>
    public static TheoryData<string> Segments => [.. CountryCatalog.BuiltIn.Countries.Select(country => country.Segment)];

    /// <summary>The address under the country's segment.</summary>
    public string Address => $"/{Country.Segment}{Operation.Path}";

    public static IEnumerable<DocumentedCall> Every() =>
        from country in CountryCatalog.BuiltIn.Countries
        from operation in country.Operations
        select new DocumentedCall(country, operation);

    public static DocumentedCall Find(string segment, string path) => Every().Single(call => call.Country.Segment == segment && call.Operation.Path == path);

    public static Country FindCountry(string segment) => CountryCatalog.BuiltIn.Countries.Single(country => country.Segment == segment);

    /// <summary>The wrong requests of the operation.</summary>
    public IReadOnlyList<Fault> Faults(bool isSandbox) => FaultFinder.Find(Country, Operation, isSandbox, out _);
}
