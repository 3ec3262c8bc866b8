using Paypro.Protocol.Countries;

namespace Paypro.Server.Reference;

/// <summary>
/// Finds, for every rule of an operation, a request that breaks it, by asking the operation's own reader. The reference takes the
/// sentences from here, the conformance table its lines, and the tests their bad requests: so none of them can forget a rule that a
/// country's file has.
/// </summary>
internal sealed class FaultFinder
{
    /// <summary>Texts that are wrong for most rules; a rule that takes all of them names its own in <see cref="Field.Breaks"/>.</summary>
    private static readonly string[] UsualWrongs =
    [
        "x", "NO-SUCH", "0", "1", "-1", "7", "1.5", "1.555", "abc", "1,000", "a b", "číslo", "!", "999999999999", "99999999999999999999", "0000000000000000",
        "someone@", "ftp://example.com", "https://user:secret@example.com/", "2024-13-45", "256.1.1.1", "now", "12",
    ];

    private readonly Country country;
    private readonly Operation operation;
    private readonly bool isSandbox;

    /// <summary>Every example that the installation takes: a check may concern one kind of account alone.</summary>
    private readonly List<RequestDraft> rights;
    private readonly RequestDraft right;
    private readonly List<Fault> faults = [];
    private readonly List<string> unbroken = [];

    private FaultFinder(Country country, Operation operation, bool isSandbox, List<RequestDraft> rights)
    {
        (this.country, this.operation, this.isSandbox, this.rights, right) = (country, operation, isSandbox, rights, rights[0]);
    }

    /// <summary>Every fault of an operation on an installation.</summary>
    /// <param name="country">The country.</param>
    /// <param name="operation">One of its operations.</param>
    /// <param name="isSandbox">Which rules hold.</param>
    /// <param name="unbroken">Rules for which no wrong request was found, in words.</param>
    public static IReadOnlyList<Fault> Find(Country country, Operation operation, bool isSandbox, out IReadOnlyList<string> unbroken)
    {
        var rights = RequestDraft.Rights(country, operation, isSandbox).ToList();
        if (rights.Count == 0)
        {
            unbroken = [$"{operation.Path}: none of its examples is right on a {(isSandbox ? "sandbox" : "live")} installation"];
            return [];
        }

        var finder = new FaultFinder(country, operation, isSandbox, rights);
        foreach (var field in operation.Fields.Where(field => field.Role != FieldRole.Sign))
        {
            finder.BreakField(field);
        }

        for (var index = 0; index < operation.Checks.Count; index++)
        {
            finder.BreakCheck(index);
        }

        unbroken = finder.unbroken;
        return finder.faults;
    }

    private void BreakField(Field field)
    {
        if (field.Presence != Presence.Optional)
        {
            MustBreak(field, FaultKind.Missing, "left out", null);
            MustBreak(field, FaultKind.Missing, "null", "null");
            MustBreak(field, FaultKind.Missing, "\"\"", "\"\"");
        }

        MustBreak(field, FaultKind.Kind, "true", "true");
        var digit = field.Role is FieldRole.Amount or FieldRole.Timestamp ? '1' : 'x';
        MustBreak(field, FaultKind.TooLong, $"{field.MaxLength + 1} characters", RequestDraft.Quote(new string(digit, field.MaxLength + 1)));
        if (field.Role is not (FieldRole.Amount or FieldRole.Timestamp))
        {
            MustBreak(field, FaultKind.Characters, "a control character", "\"\\u0007\"");
        }

        var wrongs = Wrongs(field).ToList();
        for (var index = 0; index < field.Rules.Count; index++)
        {
            BreakRule(field, index, wrongs);
        }

        if (field.Role is FieldRole.Amount or FieldRole.Timestamp || (operation.ConcernsPayIns && operation.Creates && field.Role is FieldRole.Way or FieldRole.Channel))
        {
            BreakMeaning(field, wrongs);
        }
    }

    /// <summary>A rule of the country, once for each sentence it says.</summary>
    private void BreakRule(Field field, int index, List<string> wrongs)
    {
        var context = new RequestContext(isSandbox, country.Banks);
        var found = false;
        foreach (var wrong in wrongs)
        {
            if (wrong.Length <= field.MaxLength
                && field.Rules.Take(index).All(earlier => earlier(wrong, context) is null)
                && field.Rules[index](wrong, context) is { } sentence
                && ErrorOf(right.With(field.Name, RequestDraft.Quote(wrong))) == $"{field.Name}: {sentence}")
            {
                found = true;
                Add(field, FaultKind.Rule, RequestDraft.Quote(wrong), right.With(field.Name, RequestDraft.Quote(wrong)), sentence);
            }
        }

        if (!found && !(isSandbox && RuleForm.Of(field.Rules[index]) is { OnlyLive: true }))
        {
            unbroken.Add($"{operation.Path}: {field.Name}, rule {index + 1}: no usual wrong text breaks it, so name one in Breaks");
        }
    }

    /// <summary>What the reader itself asks of amounts, times and ways.</summary>
    private void BreakMeaning(Field field, List<string> wrongs)
    {
        var found = false;
        foreach (var wrong in wrongs.Where(wrong => wrong.Length <= field.MaxLength))
        {
            var request = right.With(field.Name, RequestDraft.Quote(wrong));
            if (NamedIn(request.ErrorIn(country, operation with { Checks = [] }, isSandbox)) is var (named, sentence))
            {
                found |= named == field;
                Add(named, FaultKind.Rule, RequestDraft.Quote(wrong), request, sentence);
            }
        }

        if (!found)
        {
            unbroken.Add($"{operation.Path}: {field.Name}: any value is taken");
        }
    }

    private void BreakCheck(int index)
    {
        var check = operation.Checks[index];
        var before = operation with { Checks = [.. operation.Checks.Take(index)] };
        var until = operation with { Checks = [.. operation.Checks.Take(index + 1)] };
        var field = operation.Fields.First(candidate => candidate.Role == check.Role);
        var usual = Wrongs(field).Append(null).Select(text => new Sample(text is null ? $"{field.Name} left out" : $"{field.Name} {RequestDraft.Quote(text)}", (check.Role, text)));
        var found = false;
        foreach (var (sample, request) in check.Breaks.Concat(usual).SelectMany(sample => rights.Select(one => (sample, one.With(operation, sample)))))
        {
            if (request.ErrorIn(country, before, isSandbox) is null && NamedIn(request.ErrorIn(country, until, isSandbox)) is var (named, sentence))
            {
                found = true;
                Add(named, FaultKind.Check, sample.Name, request, sentence);
            }
        }

        if (!found && !(isSandbox && check.OnlyLive))
        {
            unbroken.Add($"{operation.Path}: {field.Name}, check {index + 1}: no usual wrong text breaks it, so name a request in Breaks");
        }
    }

    private void MustBreak(Field field, FaultKind kind, string shown, string? token)
    {
        var request = right.With(field.Name, token);
        if (ErrorOf(request) is { } error && error.StartsWith($"{field.Name}: ", StringComparison.Ordinal))
        {
            faults.Add(new Fault(field, kind, shown, request, error[(field.Name.Length + 2)..]));
        }
        else
        {
            unbroken.Add($"{operation.Path}: {field.Name} {shown} is taken");
        }
    }

    /// <summary>One fault for each sentence of a field is enough.</summary>
    private void Add(Field field, FaultKind kind, string shown, RequestDraft request, string sentence)
    {
        if (!faults.Exists(fault => fault.Field == field && fault.Kind == kind && fault.Sentence == sentence))
        {
            faults.Add(new Fault(field, kind, shown, request, sentence));
        }
    }

    private string? ErrorOf(RequestDraft request) => request.ErrorIn(country, operation, isSandbox);

    private (Field Field, string Sentence)? NamedIn(string? error)
    {
        var end = error?.IndexOf(": ", StringComparison.Ordinal) ?? -1;
        return end < 0 || operation.Fields.FirstOrDefault(field => field.Name == error![..end]) is not { } named ? null : (named, error![(end + 2)..]);
    }

    /// <summary>The field's own wrong texts, the usual ones, and its example with a small slip, which breaks check digits.</summary>
    private static IEnumerable<string> Wrongs(Field field)
    {
        var wrongs = field.Breaks.Concat(UsualWrongs);
        if (field.Example is { Length: > 0 } example)
        {
            var last = example[^1];
            wrongs = wrongs.Concat([example[..^1] + (last == '9' ? '0' : (char)(last + 1)), example[..^1], example + "0"]);
        }

        return wrongs.Where(wrong => !string.IsNullOrWhiteSpace(wrong)).Distinct(StringComparer.Ordinal);
    }
}
