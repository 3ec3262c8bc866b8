using System.Text;
using System.Text.Json.Nodes;
using Paypro.Protocol;
using Paypro.Protocol.Countries;
using Paypro.Protocol.Signing;

namespace Paypro.Server.Reference;

/// <summary>Reads a country's data into what is told of it.</summary>
internal sealed class ReferenceBuilder
{
    /// <summary>Signs the examples of a live installation, whose keys are nobody's to print.</summary>
    private static readonly ExampleMerchant Nobody = new("2000000001", "your-key");

    private readonly Country country;
    private readonly bool isSandbox;
    private readonly ExampleMerchant merchant;
    private readonly AnswerExamples answers;

    private ReferenceBuilder(Country country, bool isSandbox, ExampleMerchant merchant)
    {
        (this.country, this.isSandbox, this.merchant) = (country, isSandbox, merchant);
        answers = new AnswerExamples(country);
    }

    /// <param name="country">The country.</param>
    /// <param name="sandboxMerchant">Whose key signs the examples; null on a live installation.</param>
    public static CountryReference Build(Country country, ExampleMerchant? sandboxMerchant)
    {
        var builder = new ReferenceBuilder(country, sandboxMerchant is not null, sandboxMerchant ?? Nobody);
        return new CountryReference(
            country,
            builder.isSandbox,
            sandboxMerchant,
            [.. country.Operations.Select(builder.Describe)],
            [
                builder.DescribeNotification("payInResult", "Result of a pay-in", country.PayInNotification, operation => operation is { Creates: true, ConcernsPayIns: true }),
                builder.DescribeNotification("payoutResult", "Result of a payout", country.PayoutNotification, operation => operation.Kind == OperationKind.CreatePayout),
                builder.DescribeNotification("refundResult", "Result of a refund", OwnOperations.RefundNotification, operation => operation.Kind == OperationKind.CreateRefund),
            ]);
    }

    private OperationReference Describe(Operation operation)
    {
        var (id, title, summary) = OperationTexts.Of(operation);
        if (country.Operations.Count(other => other.Kind == operation.Kind) > 1)
        {
            var last = operation.Path[(operation.Path.LastIndexOf('/') + 1)..];
            (id, title) = ($"{id}{char.ToUpperInvariant(last[0])}{last[1..]}", $"{title} ({last})");
        }

        var faults = FaultFinder.Find(country, operation, isSandbox, out _);
        return new OperationReference(
            operation,
            id,
            title,
            summary,
            $"/{country.Segment}{operation.Path}",
            [.. operation.Fields.Where(field => field.Role != FieldRole.Sign).Select(field => Describe(operation, field, faults))],
            [.. Requests(operation)],
            [.. operation.Response.Select(member => AnswerMembers.Describe(member, country.Currency))],
            answers.AnswerTo(operation, Read(operation)));
    }

    private FieldReference Describe(Operation operation, Field field, IReadOnlyList<Fault> faults)
    {
        var forms = field.Rules.Select(RuleForm.Of).OfType<RuleForm>().Where(form => !(isSandbox && form.OnlyLive)).ToList();
        var choices = forms.Where(form => form.Choices.Count > 0).SelectMany(form => form.Choices.Concat(isSandbox ? form.SandboxTakes : [])).ToList();
        if (operation is { Creates: true, ConcernsPayIns: true } && field.Role is FieldRole.Way or FieldRole.Channel)
        {
            choices = WayChoices(operation, field.Role);
        }

        return new FieldReference(
            field,
            [.. forms.Where(form => form.Pattern is not null).Select(PatternOf)],
            [.. choices.Distinct(StringComparer.Ordinal)],
            forms.Where(form => !(isSandbox && form.SandboxTakes.Count > 0)).Select(form => form.Format).FirstOrDefault(format => format is not null),
            [.. RulesOf(field, faults)]);
    }

    /// <summary>Where a way without its channel is ignored there is no list: any text passes.</summary>
    private List<string> WayChoices(Operation operation, FieldRole role) =>
        role == FieldRole.Channel ? [.. country.PayInWays.Select(way => way.ChannelCode).OfType<string>()]
        : operation.WayNeedsChannel ? []
        : [.. country.PayInWays.SelectMany(way => way.Aliases.Prepend(way.WayCode)), .. isSandbox ? operation.SandboxOpenWays : []];

    /// <summary>A sandbox takes the documented texts that break the pattern as well.</summary>
    private string PatternOf(RuleForm form) => isSandbox && form.SandboxTakes.Count > 0
        ? $"(?:{form.Pattern})|^(?:{string.Join('|', form.SandboxTakes.Select(System.Text.RegularExpressions.Regex.Escape))})$"
        : form.Pattern!;

    private static IEnumerable<string> RulesOf(Field field, IReadOnlyList<Fault> faults) =>
        from fault in faults
        where fault.Field == field && fault.Kind is FaultKind.Rule or FaultKind.Check
        select fault.Kind == FaultKind.Rule ? fault.Sentence : $"{fault.Shown}: {fault.Sentence}";

    private IEnumerable<RequestExample> Requests(Operation operation)
    {
        foreach (var sample in RequestDraft.Samples(operation))
        {
            var draft = RequestDraft.Of(operation, sample, isSandbox);
            if (draft.ErrorIn(country, operation, isSandbox) is null)
            {
                yield return new RequestExample(sample.Name, Signed(operation, draft));
            }
        }
    }

    private JsonObject Signed(Operation operation, RequestDraft draft)
    {
        var utf8 = draft.ToUtf8();
        var body = JsonNode.Parse(utf8)!.AsObject();
        if (operation.Fields.Any(field => field.Role == FieldRole.Sign))
        {
            body.Add("sign", Md5Signature.Compute(FlatBody.Read(utf8, out _)!, Encoding.UTF8.GetBytes(merchant.Secret)));
        }

        return body;
    }

    private NotificationReference DescribeNotification(string id, string title, IReadOnlyList<ResponseMember> members, Func<Operation, bool> isItsCreation) => new(
        id,
        title,
        [.. members.Select(member => AnswerMembers.Describe(member, country.Currency))],
        answers.Notify(members, Read(country.Operations.First(isItsCreation)), merchant));

    /// <summary>The first right request of an operation as the service reads it.</summary>
    /// <exception cref="InvalidOperationException">The country has none; its tests say so.</exception>
    private RequestFields Read(Operation operation)
    {
        var right = RequestDraft.Rights(country, operation, isSandbox).FirstOrDefault()
            ?? throw new InvalidOperationException($"{country.Name}: no example of {operation.Path} is right.");
        return RequestReader.Read(country, operation, FlatBody.Read(right.ToUtf8(), out _)!, new RequestContext(isSandbox, country.Banks), out _)!;
    }
}
