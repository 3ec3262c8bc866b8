using Paypro.Protocol.Countries;

namespace Paypro.UnitTests.Client.Written;

/// <summary>Every file that is written from the country files, by its path from the root.</summary>
internal static class WrittenFiles
{
    public static SortedDictionary<string, string> All()
    {
        var models = CountryCatalog.BuiltIn.Countries.Select(country => new ClientModel(country)).ToList();
        var files = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var model in models)
        {
            files[$"src/Paypro.Client/Countries/{model.Name}.cs"] = CSharpCountry.Write(model);
            files[$"clients/typescript/src/countries/{TypeScriptCountry.FileOf(model)}.ts"] = TypeScriptCountry.Write(model);
        }

        var table = CallTable.Write(models);
        const string Quotes = "\"\"\"";
        files["src/Paypro.Client/Testing/CallTable.cs"] = $$"""
            // Long because eng/clients writes it from the country files: a line for every call.
            #nullable enable
            namespace Paypro.Client.Testing;

            /// <summary>The calls of every country, as the fake gateway needs them.</summary>
            internal static class CallTable
            {
                public const string Text = {{Quotes}}
            {{table}}{{Quotes}};
            }

            """;
        files["clients/typescript/src/call-table.ts"] =
            $"// Written by eng/clients from the country files: the calls of every country, as the fake gateway needs them.\nexport const callTable = `{table}`;\n";
        files["clients/typescript/src/countries.ts"] = "// Written by eng/clients: the clients of all countries, and beside them each country's records.\n" + string.Concat(models.Select(model =>
            $"export * as {char.ToLowerInvariant(model.Name[0])}{model.Name[1..]} from \"./countries/{TypeScriptCountry.FileOf(model)}.js\";\n"
            + $"export {{ {model.Name}Client }} from \"./countries/{TypeScriptCountry.FileOf(model)}.js\";\n"));
        files["tests/Paypro.ServerTests/Clients/ContractCountries.cs"] = ContractSamples.CSharp(models);
        files["clients/typescript/test/samples.mjs"] = ContractSamples.TypeScript(models);
        return files;
    }
}
