using System.Globalization;
using System.Text.Json.Nodes;

namespace Paypro.RailDoubles.DLocal;

/// <summary>How a call goes wrong.</summary>
/// <param name="Kind">When it does.</param>
internal sealed record DLocalTrouble(DLocalTroubleKind Kind)
{
    /// <summary>The answer's status.</summary>
    public int Status { get; init; } = 200;

    /// <summary>The answer's body.</summary>
    public string Body { get; init; } = "";

    public string ContentType { get; init; } = "application/json";

    /// <summary>Changes what would have been answered.</summary>
    public Action<JsonObject>? Change { get; init; }

    /// <summary>Runs after the call was done and before it is answered.</summary>
    public Func<Task>? Before { get; init; }

    public (string Name, string Value)? Header { get; init; }

    public static DLocalTrouble CutBefore { get; } = new(DLocalTroubleKind.CutBefore);

    public static DLocalTrouble CutAfter { get; } = new(DLocalTroubleKind.CutAfter);

    public static DLocalTrouble HangAfter { get; } = new(DLocalTroubleKind.HangAfter);

    /// <summary>Answered so, and nothing is done.</summary>
    public static DLocalTrouble Instead(int status, string body, string contentType = "application/json") => new(DLocalTroubleKind.Instead) { Status = status, Body = body, ContentType = contentType };

    /// <summary>Done, and answered so all the same.</summary>
    public static DLocalTrouble After(int status, string body, string contentType = "application/json") => new(DLocalTroubleKind.After) { Status = status, Body = body, ContentType = contentType };

    /// <summary>Done, and the answer changed.</summary>
    public static DLocalTrouble Changed(Action<JsonObject> change) => new(DLocalTroubleKind.Changed) { Change = change };

    /// <summary>An error in the rail's form.</summary>
    public static string Problem(int code, string param = "") =>
        string.Create(CultureInfo.InvariantCulture, $$"""{"code":{{code}},"message":"As the test says"{{(param.Length > 0 ? $",\"param\":\"{param}\"" : "")}}}""");
}

/// <summary>When a call goes wrong.</summary>
internal enum DLocalTroubleKind
{
    /// <summary>The connection is cut and nothing is done.</summary>
    CutBefore = 1,

    /// <summary>It is done, and the connection is cut.</summary>
    CutAfter = 2,

    /// <summary>It is done, and no answer comes.</summary>
    HangAfter = 3,

    /// <summary>Nothing is done, and something is answered.</summary>
    Instead = 4,

    /// <summary>It is done, and something else is answered.</summary>
    After = 5,

    /// <summary>It is done, and the answer is changed.</summary>
    Changed = 6,
}
