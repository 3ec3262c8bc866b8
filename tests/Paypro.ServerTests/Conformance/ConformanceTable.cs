using System.Globalization;
using System.Text;
using Paypro.Protocol.Countries;
using Paypro.Server.Reference;

namespace Paypro.ServerTests.Conformance;

/// <summary>Writes which test proves which line of a country's file.</summary>
internal static class ConformanceTable
{
    private const string Sandbox = $"{nameof(BadRequestTests)}.{nameof(BadRequestTests.ASandboxNamesTheFieldAndStoresNothing)}";
    private const string Live = $"{nameof(BadRequestTests)}.{nameof(BadRequestTests.ALiveInstallationNamesTheFieldAndStoresNothing)}";
    private const string Creation = $"{nameof(DocumentedRequestTests)}.{nameof(DocumentedRequestTests.AnExampleIsTakenAndAnsweredAsDocumented)}";
    private const string Question = $"{nameof(DocumentedRequestTests)}.{nameof(DocumentedRequestTests.AQuestionIsAnsweredWithEveryDocumentedMember)}";
    private const string Notified = $"{nameof(ReferenceTests)}.{nameof(ReferenceTests.TheExamplesInADocumentFitItsSchemas)}";

    /// <summary>Every file of the folder, by name.</summary>
    public static async Task<SortedDictionary<string, string>> WriteAsync()
    {
        var files = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var index = new StringBuilder("""
            # Conformance

            Operation by operation and field by field, what each country's file asks for and which test proves it. The tests run each line on the running
            service. These files are generated: `eng/conformance` writes them, and a test fails while they differ from the country files.

            | Country | Operations | Lines |
            |---|---|---|

            """.ReplaceLineEndings("\n"));
        foreach (var country in CountryCatalog.BuiltIn.Countries)
        {
            var (text, lines) = Write(await CountryDocument.OfAsync(country));
            files.Add($"{country.Segment}.md", text);
            index.Append(CultureInfo.InvariantCulture, $"| [{country.Name}]({country.Segment}.md) | {country.Operations.Count} | {lines} |\n");
        }

        files.Add("README.md", index.ToString());
        return files;
    }

    private static (string Text, int Lines) Write(CountryDocument document)
    {
        var reference = document.Reference;
        var text = new StringBuilder();
        var lines = 0;
        text.Append(CultureInfo.InvariantCulture, $"# {reference.Country.Name}\n\nGenerated from the country's file; see [the index](README.md). Each test runs once for each operation.\n");
        var isOurs = false;
        foreach (var operation in reference.Operations)
        {
            if (operation.Operation.IsOurs && !isOurs)
            {
                text.Append("\n# Operations of our own\n\nNo page of the original documents these. Every country has them under its own prefix.\n");
                isOurs = true;
            }

            text.Append(CultureInfo.InvariantCulture, $"\n## {operation.Title}: `{operation.Address}`\n\n| Field | Rule | Broken by | Test |\n|---|---|---|---|\n");
            foreach (var (fault, test) in Faults(reference.Country, operation.Operation))
            {
                Line($"`{fault.Field.Name}`", Escape(fault.Sentence), Escape(fault.Shown), test);
            }

            var proof = operation.Operation.Creates ? Creation : Question;
            text.Append("\n| Example | Sent | Test |\n|---|---|---|\n");
            foreach (var request in operation.Requests)
            {
                Line(Escape(request.Name), $"{request.Body.Count} members", proof);
            }

            text.Append("\n| Member of the answer | Written as | Test |\n|---|---|---|\n");
            foreach (var member in operation.Members)
            {
                Line($"`{member.Name}`", Form(member), proof);
            }

            if (operation.Members.Count == 0)
            {
                Line("`data`", "true", proof);
            }
        }

        foreach (var notification in reference.Notifications)
        {
            text.Append(CultureInfo.InvariantCulture, $"\n## {notification.Title}\n\n| Member | Written as | Test |\n|---|---|---|\n");
            foreach (var member in notification.Members)
            {
                Line($"`{member.Name}`", Form(member), Notified);
            }
        }

        return (text.ToString(), lines);

        void Line(params string[] cells)
        {
            text.Append("| ").AppendJoin(" | ", cells).Append(" |\n");
            lines++;
        }
    }

    /// <summary>The faults of a sandbox, then those that only a live installation knows.</summary>
    private static IEnumerable<(Fault Fault, string Test)> Faults(Country country, Operation operation)
    {
        var sandbox = FaultFinder.Find(country, operation, isSandbox: true, out _);
        var live = FaultFinder.Find(country, operation, isSandbox: false, out _)
            .Where(fault => !sandbox.Any(other => other.Field == fault.Field && other.Kind == fault.Kind && other.Sentence == fault.Sentence));
        return sandbox.Select(fault => (fault, Sandbox)).Concat(live.Select(fault => (fault, Live)));
    }

    private static string Form(MemberReference member) => $"{(member.IsNumber ? "number" : "text")}, {(member.IsAlways ? "always" : "when known")}";

    private static string Escape(string text) => text.Replace("|", "\\|", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal);
}
