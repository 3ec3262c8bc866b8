using System.Text;
using Paypro.Protocol.Countries;

namespace Paypro.UnitTests.Client.Written;

/// <summary>A country's part of the C# client.</summary>
internal static class CSharpCountry
{
    public static string Write(ClientModel model)
    {
        var code = new StringBuilder();
        code.Append($$"""
            // Long because eng/clients writes it from src/Paypro.Protocol/Countries/{{model.Name}}.cs: change that, and run it.
            #nullable enable
            using Paypro.Protocol.Signing;

            namespace Paypro.Client.{{model.Name}};

            /// <summary>The calls of {{model.Country.Name}}, with the segment <c>{{model.Country.Segment}}</c>. {{model.CurrencySentence}}. Safe for use by several threads.</summary>
            /// <param name="http">Sends the calls.</param>
            /// <param name="options">Whose calls, and where.</param>
            public sealed class {{model.Name}}Client(HttpClient http, PayproOptions options)
            {
                private readonly PayproClient client = new(http, options);
                private readonly NotificationCheck check = new(options.MerchantNo, options.Secret, options.Algorithm, options.Time);

                /// <summary>Makes calls that have no name here, and checks nothing of them.</summary>
                public PayproClient Calls => client;

            """);
        foreach (var call in model.Calls)
        {
            WriteCall(code, call);
        }

        foreach (var notification in model.Notifications)
        {
            code.Append($"""

                    /// <summary>Checks and reads a notification: {Doc(char.ToLowerInvariant(notification.Summary[0]) + notification.Summary[1..])}</summary>
                    /// <param name="body">The raw body, exactly as received.</param>
                    /// <param name="path">The path that was called, without the query.</param>
                    /// <param name="signatureHeader">The header <see cref="HmacSignature.HeaderName"/>; null when there is none.</param>
                    /// <returns>Null when it is forged, too old or no such notification.</returns>
                    public {notification.Name}? TryRead{notification.Name.Replace("Notification", "", StringComparison.Ordinal)}(ReadOnlyMemory<byte> body, string path, string? signatureHeader) =>
                        check.TryRead(body, path, signatureHeader, {notification.Name}.Read{(notification.Name.StartsWith("Refund", StringComparison.Ordinal) ? "" : ", foreign: \"refundNo\"")});

                """);
        }

        code.Append("}\n");
        foreach (var (name, summary, values) in model.Choices)
        {
            code.Append($"\n/// <summary>{Doc(summary)}</summary>\npublic static class {name}\n{{\n");
            code.AppendJoin('\n', values.Select(value => $"    /// <summary>{Doc(value.Text)}.</summary>\n    public const string {Identifier(value.Value)} = \"{value.Value}\";\n"));
            code.Append("}\n");
        }

        foreach (var call in model.Calls)
        {
            if (call.Request is not null)
            {
                WriteRequest(code, call, call.Request, model);
            }

            WriteRecord(code, call.Answer);
        }

        foreach (var notification in model.Notifications)
        {
            WriteRecord(code, notification);
        }

        return code.ToString();
    }

    private static string Identifier(string value) => char.IsAsciiDigit(value[0]) ? "Code" + ClientModel.Pascal(value) : ClientModel.Pascal(value);

    private static void WriteCall(StringBuilder code, WrittenCall call)
    {
        var method = char.ToUpperInvariant(call.Method[0]) + call.Method[1..];
        code.Append($"\n    /// <summary>{Doc(call.Summary)}</summary>\n");
        var parameters = call.Request is not null ? $"{call.Request} request, " : string.Concat(call.Fields.Select(field => $"string {field.Field.Name}, "));
        code.Append(call.Request is not null
            ? "    /// <param name=\"request\">What to create.</param>\n"
            : string.Concat(call.Fields.Select(field => $"    /// <param name=\"{field.Field.Name}\">{Doc(field.Summary)}</param>\n")));
        var members = call.Request is not null ? "request.Members()" : $"[{string.Join(", ", Signed(call.Operation).Concat(call.Fields.Select(field => Pair(field.Field.Name, field.Field.Name))))}]";
        code.Append($"""
                /// <param name="cancellation">Gives up waiting; what was sent may still be stored.</param>
                /// <exception cref="PayproUnknownOutcomeException">No attempt had an answer that is certain.</exception>
                public Task<PayproAnswer<{call.Answer.Name}>> {method}Async({parameters}CancellationToken cancellation = default) =>
                    client.CallAsync("{call.Address}", {members}, {call.Answer.Name}.Read, cancellation);

            """);
    }

    private static IEnumerable<string> Signed(Operation operation) => operation.SignedName is { } name ? [Pair("operation", $"\"{name}\"")] : [];

    private static string Pair(string name, string value) => $"new(\"{name}\", {value})";

    private static void WriteRequest(StringBuilder code, WrittenCall call, string name, ClientModel model)
    {
        var number = call.Fields[0].Field;
        code.Append($"\n/// <summary>Request of {call.Method}.</summary>\npublic sealed record {name}\n{{\n");
        foreach (var field in call.Fields)
        {
            var type = field.Field.Role switch
            {
                FieldRole.Amount => model.Country.AmountDecimals && model.Country.Currency.MinorDigits > 0 ? "decimal" : "long",
                FieldRole.NotifyUrl or FieldRole.ReturnUrl => "Uri",
                _ => "string",
            };
            var choices = field.Choices.Count > 0 ? $" See <see cref=\"{ClientModel.Pascal(field.Field.Name)}s\"/>." : field.Field.Role == FieldRole.Way ? " See <see cref=\"Ways\"/>." : "";
            code.Append($"    /// <summary>{Doc(field.Summary)}{choices}</summary>\n");
            code.Append($"    public {(field.IsRequired ? "required " : "")}{type}{(field.IsRequired ? "" : "?")} {Property(field.Field.Name)} {{ get; init; }}\n\n");
        }

        var shown = call.Fields.FirstOrDefault(field => field.Field.Role == FieldRole.RefundNo)?.Field ?? number;
        code.Append($$"""
                /// <summary>Hides everything but the number: a request printed by mistake must not leak.</summary>
                public override string ToString() => $"{{name}} {{{Property(shown.Name)}}}";

                internal KeyValuePair<string, string?>[] Members() =>
                [

            """);
        foreach (var pair in Signed(call.Operation).Concat(call.Fields.Select(field => Pair(field.Field.Name, field.Field.Role switch
        {
            FieldRole.Amount => $"RequestText.Of({Property(field.Field.Name)})",
            FieldRole.NotifyUrl or FieldRole.ReturnUrl => Property(field.Field.Name) + (field.IsRequired ? ".AbsoluteUri" : "?.AbsoluteUri"),
            _ => Property(field.Field.Name),
        }))))
        {
            code.Append($"        {pair},\n");
        }

        code.Append("    ];\n}\n");
    }

    private static void WriteRecord(StringBuilder code, WrittenRecord record)
    {
        code.Append($"\n/// <summary>{Doc(record.Summary)}</summary>\n");
        foreach (var member in record.Members)
        {
            code.Append($"/// <param name=\"{Property(member.Name)}\">{Doc(member.Summary)}</param>\n");
        }

        var parameters = record.Members.Select(member => $"{(member.IsAmount ? "decimal" : "string")}{(member.IsAlways ? "" : "?")} {Property(member.Name)}");
        code.Append($"public sealed record {record.Name}({string.Join(", ", parameters)})\n{{\n");
        if (record.HasStatus)
        {
            code.Append("    /// <summary>What <see cref=\"Status\"/> means.</summary>\n    public OrderState State => OrderStates.Of(Status);\n\n");
        }

        if (record.Members.Any(member => member.Name is "holder" or "url"))
        {
            code.Append($"    /// <summary>Hides what it says of a person.</summary>\n    public override string ToString() => \"{record.Name}\";\n\n");
        }

        if (record.Members.Count == 0)
        {
            code.Append($"    internal static {record.Name} Read(MemberTexts members) => new();\n}}\n");
            return;
        }

        code.Append($"    internal static {record.Name} Read(MemberTexts members) => new(\n        ");
        code.AppendJoin(",\n        ", record.Members.Select(member =>
            $"members.{(member.IsAmount ? "Amount" : member.IsAlways ? "Text" : "Optional")}({string.Join(", ", member.WireNames.Select(name => $"\"{name}\""))})"));
        code.Append(");\n}\n");
    }

    private static string Property(string name) => char.ToUpperInvariant(name[0]) + name[1..];

    private static string Doc(string text) => text.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal);
}
