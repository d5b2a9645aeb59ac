namespace CvatServerless.Domain.Errors;

/// <summary>What went wrong, as far as a client's status code tells it.</summary>
public enum ErrorKind
{
    /// <summary>400: the request can't be carried out as it is.</summary>
    Invalid,

    /// <summary>401: no valid credentials.</summary>
    Unauthenticated,

    /// <summary>403: the actor may not do this.</summary>
    Forbidden,

    /// <summary>404: there is no such thing, or the actor may not know of it.</summary>
    NotFound,

    /// <summary>405.</summary>
    MethodNotAllowed,

    /// <summary>406: a version of the API that is not spoken.</summary>
    NotAcceptable,

    /// <summary>409: the state of the resource forbids it.</summary>
    Conflict,

    /// <summary>410: an entry point of earlier CVAT releases.</summary>
    Gone,

    /// <summary>413.</summary>
    TooLarge,

    /// <summary>415.</summary>
    UnsupportedMediaType,

    /// <summary>429.</summary>
    Throttled,

    /// <summary>501: an operation of the contract that is not built yet.</summary>
    NotImplemented,
}

/// <summary>
/// An error that a client is told about. <see cref="Body"/> has one of the contract's shapes (contract-resources.md §1.10):
/// <see cref="DetailBody"/>, <see cref="CodedBody"/>, <see cref="FieldErrors"/>, <see cref="ListBody"/> or <see cref="TextBody"/>.
/// </summary>
public sealed class CvatException(ErrorKind kind, ErrorBody body, Exception? cause = null) : Exception(body.ToString(), cause)
{
    /// <summary>Decides the status code.</summary>
    public ErrorKind Kind => kind;

    /// <summary>What the client reads.</summary>
    public ErrorBody Body => body;

    /// <summary>400 with one message for one field: <c>{"field":["message"]}</c>.</summary>
    public static CvatException Field(string field, string message) => new(ErrorKind.Invalid, new FieldErrors().Add(field, message));

    /// <summary>400 with messages by field.</summary>
    public static CvatException Fields(FieldErrors errors) => new(ErrorKind.Invalid, errors);

    /// <summary>400 as a bare list: a business rule, or a filter that can't be read: <c>["message"]</c>.</summary>
    public static CvatException Rule(params string[] messages) => new(ErrorKind.Invalid, new ListBody(messages));

    /// <summary>400 or another status as a JSON string: <c>"message"</c>.</summary>
    public static CvatException Text(string message, ErrorKind kind = ErrorKind.Invalid) => new(kind, new TextBody(message));

    /// <summary>Any status with <c>{"detail":"message"}</c>.</summary>
    public static CvatException Detail(ErrorKind kind, string message) => new(kind, new DetailBody(message));

    /// <summary>404 <c>{"detail":"Not found."}</c>.</summary>
    public static CvatException NotFound(string message = "Not found.") => Detail(ErrorKind.NotFound, message);

    /// <summary>403 with the contract's words.</summary>
    public static CvatException Forbidden(string message = "You do not have permission to perform this action.") => Detail(ErrorKind.Forbidden, message);

    /// <summary>401 with the contract's words.</summary>
    public static CvatException Unauthenticated(string message = "Authentication credentials were not provided.") => Detail(ErrorKind.Unauthenticated, message);

    /// <summary>409 as a JSON string.</summary>
    public static CvatException Conflict(string message) => Text(message, ErrorKind.Conflict);
}
