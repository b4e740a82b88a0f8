/** Written from /api/docs/json by test/browser/contract.test.ts; not to be edited. */
export interface paths {
    "/api/setup": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Is the first account still to be made? */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            needed: boolean;
                        };
                    };
                };
                /** @description Refused or failed (RFC 9457) */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        /** Make the first account */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        code: string;
                        /** @description 3–40 of a–z, 0–9, . _ - */
                        userName: string;
                        displayName: string;
                        password: string;
                        area: {
                            /** @enum {string} */
                            kind: "province" | "commune";
                            name: string;
                        };
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Session"];
                    };
                };
                /** @description Refused or failed (RFC 9457) */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/session": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who is signed in */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Session"];
                    };
                };
                /** @description Refused or failed (RFC 9457) */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        /** Sign in */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        userName: string;
                        password: string;
                        /** @description Six digits of the authenticator app, or a recovery code */
                        code?: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Session"];
                    };
                };
                /** @description Refused or failed (RFC 9457) */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        /** Sign out */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Refused or failed (RFC 9457) */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/session/one-time": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Sign in with a one-time code */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        code: string;
                        /** @description Six digits of the authenticator app, or a recovery code */
                        secondFactor?: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Session"];
                    };
                };
                /** @description Refused or failed (RFC 9457) */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/account/password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Set one’s password; all other sessions end */
        put: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        password: string;
                        currentPassword?: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Session"];
                    };
                };
                /** @description Refused or failed (RFC 9457) */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/account/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One’s open sessions */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["OwnSession"][];
                    };
                };
                /** @description Refused or failed (RFC 9457) */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        /** Sign out everywhere, this session included */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Refused or failed (RFC 9457) */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/account/sessions/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** End one of one’s sessions */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string & (unknown & unknown);
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Refused or failed (RFC 9457) */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/account/second-factor": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One’s second factor */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["SecondFactorState"];
                    };
                };
                /** @description Refused or failed (RFC 9457) */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        /** Begin to set up a second factor (RFC 6238); the secret is shown once */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        password?: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["SecondFactorOffer"];
                    };
                };
                /** @description Refused or failed (RFC 9457) */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/account/second-factor/confirm": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Turn the second factor on with a first code; all other sessions end */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        code: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ConfirmedSecondFactor"];
                    };
                };
                /** @description Refused or failed (RFC 9457) */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/account/second-factor/remove": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Remove the second factor; all other sessions end */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        password: string;
                        /** @description Six digits of the authenticator app, or a recovery code */
                        code: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Session"];
                    };
                };
                /** @description Refused or failed (RFC 9457) */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/account/second-factor/recovery-codes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Make new recovery codes; earlier ones are void */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        password: string;
                        /** @description Six digits of the authenticator app, or a recovery code */
                        code: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["RecoveryCodes"];
                    };
                };
                /** @description Refused or failed (RFC 9457) */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/accounts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Accounts within the areas one administers or audits; the header Next-Cursor is there when there are more */
        get: {
            parameters: {
                query?: {
                    /** @description Only those with a role in or below this area */
                    areaId?: string & (unknown & unknown);
                    role?: "administrator" | "province_official" | "auditor" | "editor" | "approver" | "technician";
                    /** @description Words that stand in the name or the user name; diacritics and case do not matter */
                    q?: string;
                    /** @description `waiting`: no password yet; `unprotected`: no second factor; both without those that are disabled */
                    state?: "waiting" | "unprotected" | "disabled";
                    limit?: number;
                    /** @description Next-Cursor of the page before, with the same filter */
                    cursor?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Account"][];
                    };
                };
                /** @description Refused or failed (RFC 9457) */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        /** Make an account; its owner signs in with the link and sets a password */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description 3–40 of a–z, 0–9, . _ - */
                        userName: string;
                        displayName: string;
                        grants: {
                            areaId: string & (unknown & unknown);
                            /** @enum {string} */
                            role: "administrator" | "province_official" | "auditor" | "editor" | "approver" | "technician";
                        }[];
                    };
                };
            };
            responses: {
                /** @description Default Response */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["InvitedAccount"];
                    };
                };
                /** @description Refused or failed (RFC 9457) */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/accounts/summary": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How many of them there are, and how they stand with signing in */
        get: {
            parameters: {
                query?: {
                    /** @description Only those with a role in or below this area */
                    areaId?: string & (unknown & unknown);
                    role?: "administrator" | "province_official" | "auditor" | "editor" | "approver" | "technician";
                    /** @description Words that stand in the name or the user name; diacritics and case do not matter */
                    q?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["AccountsSummary"];
                    };
                };
                /** @description Refused or failed (RFC 9457) */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/accounts/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One account, with what is open of it */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string & (unknown & unknown);
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        /** @description For If-Match of the next change */
                        ETag?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["AccountDetail"];
                    };
                };
                /** @description Refused or failed (RFC 9457) */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Change the display name */
        patch: {
            parameters: {
                query?: never;
                header?: {
                    /** @description The ETag under which this was read. When it was changed meanwhile, nothing is done and the answer is 412 (changed-meanwhile). Without it the change is made whatever the state is */
                    "if-match"?: string;
                };
                path: {
                    id: string & (unknown & unknown);
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        displayName: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        /** @description For If-Match of the next change */
                        ETag?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Account"];
                    };
                };
                /** @description Refused or failed (RFC 9457) */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        trace?: never;
    };
    "/api/accounts/{id}/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The open sessions of an account */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string & (unknown & unknown);
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["AccountSession"][];
                    };
                };
                /** @description Refused or failed (RFC 9457) */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        /** End all sessions of an account */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string & (unknown & unknown);
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Refused or failed (RFC 9457) */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/accounts/{id}/sessions/{sessionId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** End one session of an account */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string & (unknown & unknown);
                    sessionId: string & (unknown & unknown);
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Refused or failed (RFC 9457) */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/accounts/{id}/sign-in-code": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A new one-time sign-in link; earlier unused ones are void */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string & (unknown & unknown);
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["InvitedAccount"];
                    };
                };
                /** @description Refused or failed (RFC 9457) */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        /** Withdraw a one-time sign-in link that was not used yet */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string & (unknown & unknown);
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        /** @description For If-Match of the next change */
                        ETag?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Account"];
                    };
                };
                /** @description Refused or failed (RFC 9457) */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/accounts/{id}/grants": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Replace the roles within the areas one administers; the account’s sessions end */
        put: {
            parameters: {
                query?: never;
                header?: {
                    /** @description The ETag under which this was read. When it was changed meanwhile, nothing is done and the answer is 412 (changed-meanwhile). Without it the change is made whatever the state is */
                    "if-match"?: string;
                };
                path: {
                    id: string & (unknown & unknown);
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        grants: {
                            areaId: string & (unknown & unknown);
                            /** @enum {string} */
                            role: "administrator" | "province_official" | "auditor" | "editor" | "approver" | "technician";
                        }[];
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        /** @description For If-Match of the next change */
                        ETag?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Account"];
                    };
                };
                /** @description Refused or failed (RFC 9457) */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/accounts/{id}/disable": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Disable an account; its sessions end */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description The ETag under which this was read. When it was changed meanwhile, nothing is done and the answer is 412 (changed-meanwhile). Without it the change is made whatever the state is */
                    "if-match"?: string;
                };
                path: {
                    id: string & (unknown & unknown);
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        /** @description For If-Match of the next change */
                        ETag?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Account"];
                    };
                };
                /** @description Refused or failed (RFC 9457) */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/accounts/{id}/enable": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Enable an account again */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description The ETag under which this was read. When it was changed meanwhile, nothing is done and the answer is 412 (changed-meanwhile). Without it the change is made whatever the state is */
                    "if-match"?: string;
                };
                path: {
                    id: string & (unknown & unknown);
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        /** @description For If-Match of the next change */
                        ETag?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Account"];
                    };
                };
                /** @description Refused or failed (RFC 9457) */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/accounts/{id}/second-factor/reset": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Take away a lost second factor; the account’s sessions end */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description The ETag under which this was read. When it was changed meanwhile, nothing is done and the answer is 412 (changed-meanwhile). Without it the change is made whatever the state is */
                    "if-match"?: string;
                };
                path: {
                    id: string & (unknown & unknown);
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        /** @description For If-Match of the next change */
                        ETag?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Account"];
                    };
                };
                /** @description Refused or failed (RFC 9457) */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/areas": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The areas one may read, from the top down */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Area"][];
                    };
                };
                /** @description Refused or failed (RFC 9457) */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        /** Make an area below another */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        parentId: string & (unknown & unknown);
                        /** @enum {string} */
                        kind: "province" | "commune" | "village";
                        name: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                201: {
                    headers: {
                        /** @description For If-Match of the next change */
                        ETag?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Area"];
                    };
                };
                /** @description Refused or failed (RFC 9457) */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/areas/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One area */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string & (unknown & unknown);
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        /** @description For If-Match of the next change */
                        ETag?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Area"];
                    };
                };
                /** @description Refused or failed (RFC 9457) */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        /** Remove an area that was added by mistake, as long as there is and was nothing in it */
        delete: {
            parameters: {
                query?: never;
                header?: {
                    /** @description The ETag under which this was read. When it was changed meanwhile, nothing is done and the answer is 412 (changed-meanwhile). Without it the change is made whatever the state is */
                    "if-match"?: string;
                };
                path: {
                    id: string & (unknown & unknown);
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Refused or failed (RFC 9457) */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        /** Rename an area */
        patch: {
            parameters: {
                query?: never;
                header?: {
                    /** @description The ETag under which this was read. When it was changed meanwhile, nothing is done and the answer is 412 (changed-meanwhile). Without it the change is made whatever the state is */
                    "if-match"?: string;
                };
                path: {
                    id: string & (unknown & unknown);
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        name: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        /** @description For If-Match of the next change */
                        ETag?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Area"];
                    };
                };
                /** @description Refused or failed (RFC 9457) */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        trace?: never;
    };
    "/api/moves": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Mergers and moves that concern the areas one may read, newest first */
        get: {
            parameters: {
                query?: {
                    areaId?: string & (unknown & unknown);
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Move"][];
                    };
                };
                /** @description Refused or failed (RFC 9457) */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        /** Move areas and speakers below another area, now or from a day on: communes that merge, for example */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /**
                         * @description Areas that come to stand below the destination, with all below them
                         * @default []
                         */
                        areaIds?: (string & (unknown & unknown))[];
                        /**
                         * @description Single speakers that come to stand in the destination itself
                         * @default []
                         */
                        deviceIds?: (string & (unknown & unknown))[];
                        intoId: string & (unknown & unknown);
                        /** @description At once, or from the beginning of a day (in the destination’s zone), tomorrow at the earliest */
                        from: "now" | string;
                        reason: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["PlannedMove"];
                    };
                };
                /** @description Refused or failed (RFC 9457) */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/moves/check": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** What would no longer fit after a move: hours, limits and what goes first there. Nothing is changed */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /**
                         * @description Areas that come to stand below the destination, with all below them
                         * @default []
                         */
                        areaIds?: (string & (unknown & unknown))[];
                        /**
                         * @description Single speakers that come to stand in the destination itself
                         * @default []
                         */
                        deviceIds?: (string & (unknown & unknown))[];
                        intoId: string & (unknown & unknown);
                        /** @description At once, or from the beginning of a day (in the destination’s zone), tomorrow at the earliest */
                        from: "now" | string;
                        reason: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MoveImpact"];
                    };
                };
                /** @description Refused or failed (RFC 9457) */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/moves/{id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Cancel a move before it happens */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string & (unknown & unknown);
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Move"];
                    };
                };
                /** @description Refused or failed (RFC 9457) */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/areas/{id}/holidays": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The holidays of a year: the public ones, and those of the area and the areas above */
        get: {
            parameters: {
                query: {
                    year: number;
                };
                header?: never;
                path: {
                    id: string & (unknown & unknown);
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["HolidayCalendar"];
                    };
                };
                /** @description Refused or failed (RFC 9457) */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        /** Add days on which broadcasts that skip holidays do not air in the area and below */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string & (unknown & unknown);
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        name: string;
                        /**
                         * Format: date
                         * @description Calendar day, YYYY-MM-DD
                         */
                        firstDate: string;
                        /**
                         * Format: date
                         * @description Inclusive
                         */
                        lastDate: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["AreaHoliday"];
                    };
                };
                /** @description Refused or failed (RFC 9457) */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/area-holidays/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Take days out of an area’s calendar */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string & (unknown & unknown);
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Refused or failed (RFC 9457) */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/areas/{id}/suspensions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** When nothing planned sounds here, by this area or one above, and why; newest first */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string & (unknown & unknown);
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Suspension"][];
                    };
                };
                /** @description Refused or failed (RFC 9457) */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        /** Let nothing planned sound in an area and below for some days; emergencies do */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string & (unknown & unknown);
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /**
                         * @description Null, or today: from now on
                         * @default null
                         */
                        firstDate?: string | null;
                        /**
                         * Format: date
                         * @description Inclusive
                         */
                        lastDate: string;
                        reason: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Suspension"];
                    };
                };
                /** @description Refused or failed (RFC 9457) */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/suspensions/{id}/lift": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** End a suspension, or take it back */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string & (unknown & unknown);
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Suspension"];
                    };
                };
                /** @description Refused or failed (RFC 9457) */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/areas/{id}/rules": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What an area says of hours, limits, volume, lead-in and languages, and what holds there */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string & (unknown & unknown);
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        /** @description For If-Match of the next change */
                        ETag?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["AreaRules"];
                    };
                };
                /** @description Refused or failed (RFC 9457) */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        /** Set what an area says; it may only tighten what holds above it */
        put: {
            parameters: {
                query?: never;
                header?: {
                    /** @description The ETag under which this was read. When it was changed meanwhile, nothing is done and the answer is 412 (changed-meanwhile). Without it the change is made whatever the state is */
                    "if-match"?: string;
                };
                path: {
                    id: string & (unknown & unknown);
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["AreaOwnRulesInput"];
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        /** @description For If-Match of the next change */
                        ETag?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["AreaRulesChanged"];
                    };
                };
                /** @description Refused or failed (RFC 9457) */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/areas/overview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What areas say themselves, and which of them are or will be suspended: for the tree of areas */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["AreasOverview"];
                    };
                };
                /** @description Refused or failed (RFC 9457) */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/areas/{id}/lead-ins": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Sounds that can be set as the lead-in of an area: short, approved, of this area or one above */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string & (unknown & unknown);
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["LeadInClip"][];
                    };
                };
                /** @description Refused or failed (RFC 9457) */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/areas/{id}/time-zone": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Set the time zone of an area and all below it; planned broadcasts keep the zone they were planned in */
        put: {
            parameters: {
                query?: never;
                header?: {
                    /** @description The ETag under which this was read. When it was changed meanwhile, nothing is done and the answer is 412 (changed-meanwhile). Without it the change is made whatever the state is */
                    "if-match"?: string;
                };
                path: {
                    id: string & (unknown & unknown);
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description IANA time zone, e.g. Asia/Ho_Chi_Minh */
                        timeZone: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        /** @description For If-Match of the next change */
                        ETag?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["AreaZoneChanged"];
                    };
                };
                /** @description Refused or failed (RFC 9457) */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/devices": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Devices in the areas one may read; the header Next-Cursor is there when there are more */
        get: {
            parameters: {
                query?: {
                    /** @description Only those in or below this area */
                    areaId?: string & (unknown & unknown);
                    /** @description Only those of this group */
                    groupId?: string & (unknown & unknown);
                    /** @description Words that stand in the name of the device or of its area; diacritics and case do not matter */
                    q?: string;
                    status?: "never-enrolled" | "online" | "offline" | "revoked";
                    /** @description Only those that have an alarm, or that have none */
                    alarms?: "true" | "false";
                    muted?: "true" | "false";
                    /** @description Only those of which somebody has said where they stand, or of which nobody has */
                    placed?: "true" | "false";
                    /** @description `status`: what asks for somebody first; equals by name */
                    sort?: "made" | "name" | "area" | "status" | "seen" | "volume";
                    order?: "asc" | "desc";
                    limit?: number;
                    /** @description Next-Cursor of the page before, with the same filter and order */
                    cursor?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Device"][];
                    };
                };
                /** @description Refused or failed (RFC 9457) */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        /** Make a device: a speaker on its pole */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        areaId: string & (unknown & unknown);
                        name: string;
                        volumePercent?: number;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                201: {
                    headers: {
                        /** @description For If-Match of the next change */
                        ETag?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Device"];
                    };
                };
                /** @description Refused or failed (RFC 9457) */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/devices/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One device */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string & (unknown & unknown);
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        /** @description For If-Match of the next change */
                        ETag?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["DeviceDetail"];
                    };
                };
                /** @description Refused or failed (RFC 9457) */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Change name, volume and its limits, mute, languages, or the place of its pole */
        patch: {
            parameters: {
                query?: never;
                header?: {
                    /** @description The ETag under which this was read. When it was changed meanwhile, nothing is done and the answer is 412 (changed-meanwhile). Without it the change is made whatever the state is */
                    "if-match"?: string;
                };
                path: {
                    id: string & (unknown & unknown);
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        name?: string;
                        volumePercent?: number;
                        muted?: boolean;
                        /** @description What the amplifier and the horn stand: nothing sounds louder */
                        maxVolumePercent?: number;
                        /** @description Emergencies sound at least this loud, never above the maximum */
                        emergencyVolumePercent?: number;
                        /** @description Most wanted first (BCP 47), each once; empty: those of its area */
                        languages?: string[];
                        /** @description WGS 84; null until somebody has said where the pole stands */
                        latitude?: number | null;
                        longitude?: number | null;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        /** @description For If-Match of the next change */
                        ETag?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["DeviceChanged"];
                    };
                };
                /** @description Refused or failed (RFC 9457) */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        trace?: never;
    };
    "/api/devices/{id}/enrolment-code": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A single-use code with which the device (or its replacement) enrols within 24 hours */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string & (unknown & unknown);
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["EnrolmentCode"];
                    };
                };
                /** @description Refused or failed (RFC 9457) */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/devices/{id}/revoke": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Cut a stolen or broken device off at once; it may enrol again with a new code */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string & (unknown & unknown);
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        /** @description For If-Match of the next change */
                        ETag?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["RevokedDevice"];
                    };
                };
                /** @description Refused or failed (RFC 9457) */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/devices/retired": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Devices that were taken out of service, those last retired first (at most 500) */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["RetiredDevice"][];
                    };
                };
                /** @description Refused or failed (RFC 9457) */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/devices/{id}/retire": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Take a device out of service for good: cut off at once, heard and expected no more; its history stays */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description The ETag under which this was read. When it was changed meanwhile, nothing is done and the answer is 412 (changed-meanwhile). Without it the change is made whatever the state is */
                    "if-match"?: string;
                };
                path: {
                    id: string & (unknown & unknown);
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        reason: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["DeviceRetired"];
                    };
                };
                /** @description Refused or failed (RFC 9457) */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/devices/{id}/restore": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Take a retired device back into service; it may enrol again with a new code */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string & (unknown & unknown);
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description Where its own name was given to another one */
                        name?: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        /** @description For If-Match of the next change */
                        ETag?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Device"];
                    };
                };
                /** @description Refused or failed (RFC 9457) */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/devices/{id}/alarms/{alarmId}/acknowledge": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Say that a person has seen an alarm: a security alarm ends with that. Safe to repeat */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string & (unknown & unknown);
                    alarmId: string & (unknown & unknown);
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        /** @description For If-Match of the next change */
                        ETag?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Device"];
                    };
                };
                /** @description Refused or failed (RFC 9457) */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/enrol": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Called by a device that proves its key: binds key and secret with a single-use code; safe to repeat */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description Single-use enrolment code, with the fingerprint of the server’s key */
                        code: string;
                        publicKey: {
                            /** @enum {string} */
                            kty: "OKP";
                            /** @enum {string} */
                            crv: "Ed25519";
                            x: string;
                        };
                        /** @description 256 random bits, base64url */
                        secret: string;
                        /** @description Id of one installation’s ledger (UUID) */
                        ledgerId: string & (unknown & unknown);
                        hardwareSerial: string;
                        agentVersion: string;
                        /** @description JWS of type `enrolment-proof`; what comes without one is refused */
                        proof?: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @description The key that the code names: the one in force when the code was made */
                            serverKey: {
                                /** @enum {string} */
                                kty: "OKP";
                                /** @enum {string} */
                                crv: "Ed25519";
                                x: string;
                            };
                            /**
                             * @description Key rotations, in case there were some since
                             * @default []
                             */
                            keyChain: string[];
                            grant: string;
                        };
                    };
                };
                /** @description Refused or failed (RFC 9457) */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/devices/summary": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How many devices stand in each area, by state */
        get: {
            parameters: {
                query?: {
                    /** @description Only those in or below this area */
                    areaId?: string & (unknown & unknown);
                    /** @description Only those of this group */
                    groupId?: string & (unknown & unknown);
                    /** @description Words that stand in the name of the device or of its area; diacritics and case do not matter */
                    q?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["DevicesSummary"];
                    };
                };
                /** @description Refused or failed (RFC 9457) */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/devices/places": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Where devices stand, for a map: those of which somebody has said it, by name */
        get: {
            parameters: {
                query?: {
                    /** @description Only those in or below this area */
                    areaId?: string & (unknown & unknown);
                    /** @description Only those of this group */
                    groupId?: string & (unknown & unknown);
                    /** @description Words that stand in the name of the device or of its area; diacritics and case do not matter */
                    q?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["DevicePlaces"];
                    };
                };
                /** @description Refused or failed (RFC 9457) */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/devices/{id}/preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What one device will play: when, how loud, and what it will leave out and why */
        get: {
            parameters: {
                query?: {
                    /** @description Now, if it is left out */
                    from?: string;
                    /** @description 24 hours after `from`, if it is left out; at most 31 days */
                    to?: string;
                };
                header?: never;
                path: {
                    id: string & (unknown & unknown);
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Preview"];
                    };
                };
                /** @description Refused or failed (RFC 9457) */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/devices/{id}/plays": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What one device played and did not play, each with its reason, newest first */
        get: {
            parameters: {
                query?: {
                    /** @description Only what was to begin before this; `next` of the page before */
                    before?: string;
                    limit?: number;
                };
                header?: never;
                path: {
                    id: string & (unknown & unknown);
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["DevicePlays"];
                    };
                };
                /** @description Refused or failed (RFC 9457) */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/devices/{id}/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How one device was, hour by hour, and when it was connected */
        get: {
            parameters: {
                query?: {
                    /** @description How many days back from now */
                    days?: number;
                };
                header?: never;
                path: {
                    id: string & (unknown & unknown);
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["DeviceHealth"];
                    };
                };
                /** @description Refused or failed (RFC 9457) */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/device-settings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Set volume and mute of up to 500 devices at once; says what was left out and why */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        devices: {
                            id: string & (unknown & unknown);
                            volumePercent?: number;
                            muted?: boolean;
                            /** @description As it was read: a device that was changed meanwhile is left out */
                            revision?: number;
                        }[];
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["DeviceSettingsAnswer"];
                    };
                };
                /** @description Refused or failed (RFC 9457) */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/device-commands": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What became of up to 100 commands */
        get: {
            parameters: {
                query: {
                    /** @description Commands, joined by commas */
                    ids: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            id: string & (unknown & unknown);
                            kind: string;
                            /**
                             * Format: date-time
                             * @description Instant, ISO 8601 in UTC
                             */
                            issuedAt: string;
                            /**
                             * Format: date-time
                             * @description Instant, ISO 8601 in UTC
                             */
                            expiresAt: string;
                            /** @enum {string} */
                            outcome: "pending" | "done" | "refused" | "expired";
                            outcomeAt: string | null;
                            deviceId: string & (unknown & unknown);
                        }[];
                    };
                };
                /** @description Refused or failed (RFC 9457) */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        /** Send one command to up to 500 devices; says which were left out and why */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        deviceIds: (string & (unknown & unknown))[];
                        /** @enum {string} */
                        kind: "stop" | "identify" | "restart";
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["DeviceCommandsAnswer"];
                    };
                };
                /** @description Refused or failed (RFC 9457) */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/devices/{id}/commands": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The latest 50 commands to the device and what became of them, newest first */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string & (unknown & unknown);
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["DeviceCommand"][];
                    };
                };
                /** @description Refused or failed (RFC 9457) */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        /** Stop what plays, make the device identify itself, or restart its agent; good for a minute */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string & (unknown & unknown);
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @enum {string} */
                        kind: "stop";
                        /** @default null */
                        occurrenceId?: string | null;
                    } | {
                        /** @enum {string} */
                        kind: "identify";
                    } | {
                        /** @enum {string} */
                        kind: "restart";
                    };
                };
            };
            responses: {
                /** @description Default Response */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["DeviceCommand"];
                    };
                };
                /** @description Refused or failed (RFC 9457) */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/device-groups": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Groups of speakers, at which broadcasts can be aimed */
        get: {
            parameters: {
                query?: {
                    areaId?: string & (unknown & unknown);
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["DeviceGroup"][];
                    };
                };
                /** @description Refused or failed (RFC 9457) */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        /** Make a group of speakers */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        areaId: string & (unknown & unknown);
                        name: string;
                        /** @description Speakers of the area or below */
                        deviceIds: (string & (unknown & unknown))[];
                    };
                };
            };
            responses: {
                /** @description Default Response */
                201: {
                    headers: {
                        /** @description For If-Match of the next change */
                        ETag?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["DeviceGroup"];
                    };
                };
                /** @description Refused or failed (RFC 9457) */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/device-groups/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One group, also one that was removed */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string & (unknown & unknown);
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        /** @description For If-Match of the next change */
                        ETag?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["DeviceGroup"];
                    };
                };
                /** @description Refused or failed (RFC 9457) */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        /** Remove a group that no broadcast to come names; it stays on record */
        delete: {
            parameters: {
                query?: never;
                header?: {
                    /** @description The ETag under which this was read. When it was changed meanwhile, nothing is done and the answer is 412 (changed-meanwhile). Without it the change is made whatever the state is */
                    "if-match"?: string;
                };
                path: {
                    id: string & (unknown & unknown);
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Refused or failed (RFC 9457) */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        /** Rename a group, or set its speakers */
        patch: {
            parameters: {
                query?: never;
                header?: {
                    /** @description The ETag under which this was read. When it was changed meanwhile, nothing is done and the answer is 412 (changed-meanwhile). Without it the change is made whatever the state is */
                    "if-match"?: string;
                };
                path: {
                    id: string & (unknown & unknown);
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        name?: string;
                        /** @description Speakers of the area or below */
                        deviceIds?: (string & (unknown & unknown))[];
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        /** @description For If-Match of the next change */
                        ETag?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["DeviceGroupChanged"];
                    };
                };
                /** @description Refused or failed (RFC 9457) */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        trace?: never;
    };
    "/api/alerts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The latest 100 emergencies in the areas one may read, newest first */
        get: {
            parameters: {
                query?: {
                    /** @description Only those of this area and below */
                    areaId?: string & (unknown & unknown);
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Alert"][];
                    };
                };
                /** @description Refused or failed (RFC 9457) */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        /** Emergency: sounds at once in an area and all below it, over whatever plays */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        areaId: string & (unknown & unknown);
                        title: string;
                        audio: {
                            /** @enum {string} */
                            kind: "clip";
                            clipId: string & (unknown & unknown);
                        } | {
                            /** @enum {string} */
                            kind: "speech";
                            text: string;
                            voice: string;
                        };
                        /** @default 3 */
                        repeats?: number;
                        /** @default 5000 */
                        gapMs?: number;
                        /** @default null */
                        volumePercent?: number | null;
                        /** @default 1800000 */
                        expiresInMs?: number;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Alert"];
                    };
                };
                /** @description Refused or failed (RFC 9457) */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/alerts/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One emergency, and where it was heard */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string & (unknown & unknown);
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Alert"];
                    };
                };
                /** @description Refused or failed (RFC 9457) */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/alerts/{id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Silence it everywhere; safe to repeat */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string & (unknown & unknown);
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Alert"];
                    };
                };
                /** @description Refused or failed (RFC 9457) */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/clips": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Clips, newest first, without their waveforms */
        get: {
            parameters: {
                query?: {
                    areaId?: string & (unknown & unknown);
                    state?: "uploaded" | "processing" | "ready" | "rejected";
                    /** @description Words in the name; diacritics and case do not matter */
                    search?: string;
                    limit?: number;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Clip"][];
                    };
                };
                /** @description Refused or failed (RFC 9457) */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        /** Upload audio: the bytes of the file as application/octet-stream */
        post: {
            parameters: {
                query: {
                    areaId: string & (unknown & unknown);
                    name: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Clip"];
                    };
                };
                /** @description Refused or failed (RFC 9457) */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/clips/speech": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Have a text read aloud */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        areaId: string & (unknown & unknown);
                        name: string;
                        text: string;
                        voice: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Clip"];
                    };
                };
                /** @description Refused or failed (RFC 9457) */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/clips/{id}/trim": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Cut start and end off: a new clip; this one stays as it is */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string & (unknown & unknown);
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description Where the new clip begins */
                        startMs: number;
                        /** @description Where it ends */
                        endMs: number;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Clip"];
                    };
                };
                /** @description Refused or failed (RFC 9457) */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/clips/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One clip with its waveform */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string & (unknown & unknown);
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Clip"];
                    };
                };
                /** @description Refused or failed (RFC 9457) */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/clips/{id}/audio": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The clip as Ogg Opus (supports Range) */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string & (unknown & unknown);
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Refused or failed (RFC 9457) */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/voices": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Voices that can read a text */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Voice"][];
                    };
                };
                /** @description Refused or failed (RFC 9457) */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/topics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Topics of bulletins */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Topic"][];
                    };
                };
                /** @description Refused or failed (RFC 9457) */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/languages": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Languages that are spoken in broadcasts */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Language"][];
                    };
                };
                /** @description Refused or failed (RFC 9457) */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/uploads": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The caller’s own uploads that can go on */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Upload"][];
                    };
                };
                /** @description Refused or failed (RFC 9457) */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        /** Begin an upload in pieces (tus 1.0): Upload-Length, Upload-Metadata with areaId, filename, source */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Upload"];
                    };
                };
                /** @description Refused or failed (RFC 9457) */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/uploads/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How far an upload has come */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string & (unknown & unknown);
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Upload"];
                    };
                };
                /** @description Refused or failed (RFC 9457) */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        /** Give an upload up */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string & (unknown & unknown);
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Refused or failed (RFC 9457) */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        /** The next piece, as application/offset+octet-stream, at Upload-Offset; with the last one it is a clip */
        patch: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string & (unknown & unknown);
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Refused or failed (RFC 9457) */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        trace?: never;
    };
    "/api/bulletins": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Bulletins, newest first; Next-Cursor, when there are more */
        get: {
            parameters: {
                query?: {
                    areaId?: string & (unknown & unknown);
                    topic?: "general" | "urgent" | "policy" | "administration" | "society" | "good-deeds";
                    campaign?: string;
                    /** @description Words in the title, the campaign or the author’s name; diacritics and case do not matter */
                    search?: string;
                    state?: "draft" | "pending" | "approved" | "returned";
                    limit?: number;
                    /** @description Next-Cursor of the page before */
                    cursor?: string & (unknown & unknown);
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Bulletin"][];
                    };
                };
                /** @description Refused or failed (RFC 9457) */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        /** A new bulletin, as a draft */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        areaId: string & (unknown & unknown);
                        title: string;
                        /** @enum {string} */
                        topic: "general" | "urgent" | "policy" | "administration" | "society" | "good-deeds";
                        /**
                         * @description What it belongs to besides its topic, in the commune’s own words; null: nothing
                         * @default null
                         */
                        campaign?: string | null;
                        /** @description The main one: heard where a device asks for none that is there */
                        language: string;
                        clipId: string & (unknown & unknown);
                        /** @default [] */
                        variants?: {
                            language: string;
                            clipId: string & (unknown & unknown);
                        }[];
                    };
                };
            };
            responses: {
                /** @description Default Response */
                201: {
                    headers: {
                        /** @description For If-Match of the next change */
                        ETag?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Bulletin"];
                    };
                };
                /** @description Refused or failed (RFC 9457) */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/bulletins/counts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How many bulletins there are in each state */
        get: {
            parameters: {
                query?: {
                    areaId?: string & (unknown & unknown);
                    topic?: "general" | "urgent" | "policy" | "administration" | "society" | "good-deeds";
                    campaign?: string;
                    /** @description Words in the title, the campaign or the author’s name; diacritics and case do not matter */
                    search?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["BulletinCounts"];
                    };
                };
                /** @description Refused or failed (RFC 9457) */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/campaigns": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Campaigns that bulletins here belong to, the last used first */
        get: {
            parameters: {
                query?: {
                    areaId?: string & (unknown & unknown);
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": string[];
                    };
                };
                /** @description Refused or failed (RFC 9457) */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/bulletins/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One bulletin with its newest revision, and what is amiss where it is to sound */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string & (unknown & unknown);
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        /** @description For If-Match of the next change */
                        ETag?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["BulletinDetail"];
                    };
                };
                /** @description Refused or failed (RFC 9457) */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        /** Change the content: a new revision, a draft, off the air until approved */
        put: {
            parameters: {
                query?: never;
                header?: {
                    /** @description The ETag under which this was read. When it was changed meanwhile, nothing is done and the answer is 412 (changed-meanwhile). Without it the change is made whatever the state is */
                    "if-match"?: string;
                };
                path: {
                    id: string & (unknown & unknown);
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        title: string;
                        /** @enum {string} */
                        topic: "general" | "urgent" | "policy" | "administration" | "society" | "good-deeds";
                        /**
                         * @description What it belongs to besides its topic, in the commune’s own words; null: nothing
                         * @default null
                         */
                        campaign?: string | null;
                        /** @description The main one: heard where a device asks for none that is there */
                        language: string;
                        clipId: string & (unknown & unknown);
                        /** @default [] */
                        variants?: {
                            language: string;
                            clipId: string & (unknown & unknown);
                        }[];
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        /** @description For If-Match of the next change */
                        ETag?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Bulletin"];
                    };
                };
                /** @description Refused or failed (RFC 9457) */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/bulletins/{id}/revisions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** All revisions, newest first */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string & (unknown & unknown);
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["BulletinRevision"][];
                    };
                };
                /** @description Refused or failed (RFC 9457) */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/bulletins/{id}/submit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Submit for approval; approved at once where a standing approval covers it */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string & (unknown & unknown);
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        revisionId: string & (unknown & unknown);
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        /** @description For If-Match of the next change */
                        ETag?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Bulletin"];
                    };
                };
                /** @description Refused or failed (RFC 9457) */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/bulletins/{id}/approve": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Approve exactly this content; the answer says what is amiss where it is planned */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string & (unknown & unknown);
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        revisionId: string & (unknown & unknown);
                        contentHash: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        /** @description For If-Match of the next change */
                        ETag?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["BulletinDetail"];
                    };
                };
                /** @description Refused or failed (RFC 9457) */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/bulletins/{id}/return": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Return with a comment, or withdraw an approval */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string & (unknown & unknown);
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        revisionId: string & (unknown & unknown);
                        contentHash: string;
                        comment: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        /** @description For If-Match of the next change */
                        ETag?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Bulletin"];
                    };
                };
                /** @description Refused or failed (RFC 9457) */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/bulletins/{id}/airings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Where and when a bulletin is to be heard, as if all that is planned were approved */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string & (unknown & unknown);
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["BulletinAirings"];
                    };
                };
                /** @description Refused or failed (RFC 9457) */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/bulletins/{id}/undo-decision": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Take the own decision back, within minutes: the bulletin waits for one again
         * @description What has begun to sound meanwhile goes on; of what comes after it nothing airs.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string & (unknown & unknown);
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        revisionId: string & (unknown & unknown);
                        contentHash: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        /** @description For If-Match of the next change */
                        ETag?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Bulletin"];
                    };
                };
                /** @description Refused or failed (RFC 9457) */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/programmes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Programmes, last changed first; Next-Cursor, when there are more */
        get: {
            parameters: {
                query?: {
                    areaId?: string & (unknown & unknown);
                    /** @description Words in the title; diacritics and case do not matter */
                    search?: string;
                    /** @description Those that hold this bulletin, once, and nothing else */
                    onlyBulletinId?: string & (unknown & unknown);
                    limit?: number;
                    /** @description Next-Cursor of the page before */
                    cursor?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Programme"][];
                    };
                };
                /** @description Refused or failed (RFC 9457) */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        /** A new programme: bulletins in their order */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        title: string;
                        bulletinIds: (string & (unknown & unknown))[];
                        areaId: string & (unknown & unknown);
                    };
                };
            };
            responses: {
                /** @description Default Response */
                201: {
                    headers: {
                        /** @description For If-Match of the next change */
                        ETag?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Programme"];
                    };
                };
                /** @description Refused or failed (RFC 9457) */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/programmes/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One programme */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string & (unknown & unknown);
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        /** @description For If-Match of the next change */
                        ETag?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Programme"];
                    };
                };
                /** @description Refused or failed (RFC 9457) */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        /** Change title, bulletins or order */
        put: {
            parameters: {
                query?: never;
                header?: {
                    /** @description The ETag under which this was read. When it was changed meanwhile, nothing is done and the answer is 412 (changed-meanwhile). Without it the change is made whatever the state is */
                    "if-match"?: string;
                };
                path: {
                    id: string & (unknown & unknown);
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        title: string;
                        bulletinIds: (string & (unknown & unknown))[];
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        /** @description For If-Match of the next change */
                        ETag?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Programme"];
                    };
                };
                /** @description Refused or failed (RFC 9457) */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/standing-approvals": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Standing approvals that are neither over nor withdrawn */
        get: {
            parameters: {
                query?: {
                    areaId?: string & (unknown & unknown);
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["StandingApproval"][];
                    };
                };
                /** @description Refused or failed (RFC 9457) */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        /** Approve what will be submitted for a programme until then */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        programmeId: string & (unknown & unknown);
                        /**
                         * Format: date-time
                         * @description Instant, ISO 8601 in UTC
                         */
                        validUntil: string;
                        reason: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["StandingApproval"];
                    };
                };
                /** @description Refused or failed (RFC 9457) */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/standing-approvals/{id}/withdraw": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** From now on nothing more is approved by it; what was, stays approved until it is returned */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string & (unknown & unknown);
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["StandingApproval"];
                    };
                };
                /** @description Refused or failed (RFC 9457) */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/delegations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who approves in whose place: delegations that are not over */
        get: {
            parameters: {
                query?: {
                    areaId?: string & (unknown & unknown);
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Delegation"][];
                    };
                };
                /** @description Refused or failed (RFC 9457) */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        /** Let somebody approve in the reader’s place for a while */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        toId: string & (unknown & unknown);
                        areaId: string & (unknown & unknown);
                        /**
                         * Format: date-time
                         * @description At once when left out
                         */
                        startsAt?: string;
                        /**
                         * Format: date-time
                         * @description Instant, ISO 8601 in UTC
                         */
                        endsAt: string;
                        reason: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Delegation"];
                    };
                };
                /** @description Refused or failed (RFC 9457) */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/delegations/candidates": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who may stand in for the reader in an area */
        get: {
            parameters: {
                query: {
                    areaId: string & (unknown & unknown);
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Delegate"][];
                    };
                };
                /** @description Refused or failed (RFC 9457) */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/delegations/{id}/end": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** End a delegation: by either of the two, or by an administrator */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string & (unknown & unknown);
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Delegation"];
                    };
                };
                /** @description Refused or failed (RFC 9457) */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/broadcasts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Broadcasts */
        get: {
            parameters: {
                query?: {
                    areaId?: string & (unknown & unknown);
                    /** @description Only these, at most 50, with commas between them; those that one may not read are left out */
                    ids?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Broadcast"][];
                    };
                };
                /** @description Refused or failed (RFC 9457) */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        /** Plan a broadcast */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        programmeId: string & (unknown & unknown);
                        areaId: string & (unknown & unknown);
                        /**
                         * @default normal
                         * @enum {string}
                         */
                        priority?: "priority" | "normal" | "filler";
                        /** @default null */
                        rule?: string | null;
                        /**
                         * Format: date
                         * @description Calendar day, YYYY-MM-DD
                         */
                        firstDate: string;
                        /** @description Times of the day, each an occurrence of its own */
                        localTimes: string[];
                        /**
                         * @description Last day of the series, inclusive; null: until cancelled
                         * @default null
                         */
                        lastDate?: string | null;
                        /**
                         * @description Also on these days (RFC 5545 RDATE)
                         * @default []
                         */
                        extraDates?: string[];
                        /**
                         * @description Not on these days (RFC 5545 EXDATE)
                         * @default []
                         */
                        exceptDates?: string[];
                        /**
                         * @description Within the broadcast’s area; none that is included: all of the area. “All but these three”: three excluded
                         * @default []
                         */
                        targets?: components["schemas"]["TargetInput"][];
                        /**
                         * @description The first of a device’s languages that is there, or each of them
                         * @default first
                         * @enum {string}
                         */
                        languageMode?: "first" | "each";
                        /**
                         * @description A device that is ready only after the start joins, begins anew, or leaves it out
                         * @default join
                         * @enum {string}
                         */
                        lateStart?: "join" | "restart" | "skip";
                        /**
                         * @description queue: at the next permitted, free time of its day, in each commune; a province’s priority ones only
                         * @default fixed
                         * @enum {string}
                         */
                        placement?: "fixed" | "queue";
                        /**
                         * @description Where something that goes first sounds at its time: follow on, or be left out there
                         * @default follow
                         * @enum {string}
                         */
                        onConflict?: "follow" | "drop";
                        /**
                         * @description Not on public holidays and those of its area’s calendar
                         * @default false
                         */
                        skipHolidays?: boolean;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                201: {
                    headers: {
                        /** @description For If-Match of the next change */
                        ETag?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["PlannedBroadcast"];
                    };
                };
                /** @description Refused or failed (RFC 9457) */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/broadcasts/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One broadcast */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string & (unknown & unknown);
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        /** @description For If-Match of the next change */
                        ETag?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Broadcast"];
                    };
                };
                /** @description Refused or failed (RFC 9457) */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Change when and how it airs; what has begun stays as it was */
        patch: {
            parameters: {
                query?: never;
                header?: {
                    /** @description The ETag under which this was read. When it was changed meanwhile, nothing is done and the answer is 412 (changed-meanwhile). Without it the change is made whatever the state is */
                    "if-match"?: string;
                };
                path: {
                    id: string & (unknown & unknown);
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @enum {string} */
                        priority: "priority" | "normal" | "filler";
                        rule?: string | null;
                        /**
                         * Format: date
                         * @description Calendar day, YYYY-MM-DD
                         */
                        firstDate: string;
                        /** @description Times of the day, each an occurrence of its own */
                        localTimes: string[];
                        /** @description Last day of the series, inclusive; null: until cancelled */
                        lastDate?: string | null;
                        /** @description Also on these days (RFC 5545 RDATE) */
                        extraDates?: string[];
                        /** @description Not on these days (RFC 5545 EXDATE) */
                        exceptDates?: string[];
                        /** @description Within the broadcast’s area; none that is included: all of the area. “All but these three”: three excluded */
                        targets?: components["schemas"]["TargetInput"][];
                        /**
                         * @description The first of a device’s languages that is there, or each of them
                         * @enum {string}
                         */
                        languageMode?: "first" | "each";
                        /**
                         * @description A device that is ready only after the start joins, begins anew, or leaves it out
                         * @enum {string}
                         */
                        lateStart?: "join" | "restart" | "skip";
                        /**
                         * @description queue: at the next permitted, free time of its day, in each commune; a province’s priority ones only
                         * @enum {string}
                         */
                        placement?: "fixed" | "queue";
                        /**
                         * @description Where something that goes first sounds at its time: follow on, or be left out there
                         * @enum {string}
                         */
                        onConflict?: "follow" | "drop";
                        /** @description Not on public holidays and those of its area’s calendar */
                        skipHolidays?: boolean;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        /** @description For If-Match of the next change */
                        ETag?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["PlannedBroadcast"];
                    };
                };
                /** @description Refused or failed (RFC 9457) */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        trace?: never;
    };
    "/api/broadcasts/{id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** From now on nothing of it begins */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description The ETag under which this was read. When it was changed meanwhile, nothing is done and the answer is 412 (changed-meanwhile). Without it the change is made whatever the state is */
                    "if-match"?: string;
                };
                path: {
                    id: string & (unknown & unknown);
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        /** @description For If-Match of the next change */
                        ETag?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Broadcast"];
                    };
                };
                /** @description Refused or failed (RFC 9457) */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/broadcasts/{id}/restore": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Take a cancelling back */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description The ETag under which this was read. When it was changed meanwhile, nothing is done and the answer is 412 (changed-meanwhile). Without it the change is made whatever the state is */
                    "if-match"?: string;
                };
                path: {
                    id: string & (unknown & unknown);
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        /** @description For If-Match of the next change */
                        ETag?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Broadcast"];
                    };
                };
                /** @description Refused or failed (RFC 9457) */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/occurrences": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Everything that is planned within a time, or was: at its planned times, and when it really sounds
         * @description Within the range by its planned times. Permitted hours, suspensions and what goes before may move it, cut it off or leave it out: `soundsFrom`, `soundsUntil` and `elsewhen` say when it really sounds, by the plan that devices are sent; `GET /areas/{id}/preview` says where, and how loud.
         */
        get: {
            parameters: {
                query: {
                    /** @description Instant, ISO 8601 in UTC */
                    from: string;
                    /** @description Instant, ISO 8601 in UTC */
                    to: string;
                    areaId?: string & (unknown & unknown);
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Occurrence"][];
                    };
                };
                /** @description Refused or failed (RFC 9457) */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/occurrences/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What became of each item on each device, and why, with the evidence; a page of devices */
        get: {
            parameters: {
                query?: {
                    /** @description Only devices with this outcome over all items */
                    outcome?: "played" | "partial" | "missed" | "cancelled" | "unknown";
                    /** @description Devices after this one: `next` of the page before */
                    after?: string & (unknown & unknown);
                    /** @description Devices of a page */
                    limit?: number;
                };
                header?: never;
                path: {
                    /** @description Broadcast id and original start: <uuid>@YYYYMMDDTHHMMSSZ */
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        /** @description For If-Match of the next change */
                        ETag?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["OccurrenceDetail"];
                    };
                };
                /** @description Refused or failed (RFC 9457) */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/occurrences/{id}/stop": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Stop what is on air, on every device */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description Broadcast id and original start: <uuid>@YYYYMMDDTHHMMSSZ */
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        /** @description For If-Match of the next change */
                        ETag?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Occurrence"];
                    };
                };
                /** @description Refused or failed (RFC 9457) */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/today": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What plays now, what is next, devices */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Today"];
                    };
                };
                /** @description Refused or failed (RFC 9457) */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/today/troubles": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What of today asks for somebody, summed: what was not heard and why, what comes, and speakers */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Troubles"];
                    };
                };
                /** @description Refused or failed (RFC 9457) */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/today/not-heard": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The speakers that did not play today for one reason, by area and name; a page of them */
        get: {
            parameters: {
                query: {
                    outcome: "missed" | "partial" | "unknown";
                    /** @description Code of a reason in `GET /today/troubles` */
                    reason: string;
                    /** @description Devices after this one: `next` of the page before */
                    after?: string & (unknown & unknown);
                    limit?: number;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["NotHeardDevices"];
                    };
                };
                /** @description Refused or failed (RFC 9457) */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/broadcasts/check": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** What a broadcast would do, before it is planned or changed */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description What is aired; or `bulletinId` */
                        programmeId?: string & (unknown & unknown);
                        areaId: string & (unknown & unknown);
                        /**
                         * @default normal
                         * @enum {string}
                         */
                        priority?: "priority" | "normal" | "filler";
                        /** @default null */
                        rule?: string | null;
                        /**
                         * Format: date
                         * @description Calendar day, YYYY-MM-DD
                         */
                        firstDate: string;
                        /** @description Times of the day, each an occurrence of its own */
                        localTimes: string[];
                        /**
                         * @description Last day of the series, inclusive; null: until cancelled
                         * @default null
                         */
                        lastDate?: string | null;
                        /**
                         * @description Also on these days (RFC 5545 RDATE)
                         * @default []
                         */
                        extraDates?: string[];
                        /**
                         * @description Not on these days (RFC 5545 EXDATE)
                         * @default []
                         */
                        exceptDates?: string[];
                        /**
                         * @description Within the broadcast’s area; none that is included: all of the area. “All but these three”: three excluded
                         * @default []
                         */
                        targets?: components["schemas"]["TargetInput"][];
                        /**
                         * @description The first of a device’s languages that is there, or each of them
                         * @default first
                         * @enum {string}
                         */
                        languageMode?: "first" | "each";
                        /**
                         * @description A device that is ready only after the start joins, begins anew, or leaves it out
                         * @default join
                         * @enum {string}
                         */
                        lateStart?: "join" | "restart" | "skip";
                        /**
                         * @description queue: at the next permitted, free time of its day, in each commune; a province’s priority ones only
                         * @default fixed
                         * @enum {string}
                         */
                        placement?: "fixed" | "queue";
                        /**
                         * @description Where something that goes first sounds at its time: follow on, or be left out there
                         * @default follow
                         * @enum {string}
                         */
                        onConflict?: "follow" | "drop";
                        /**
                         * @description Not on public holidays and those of its area’s calendar
                         * @default false
                         */
                        skipHolidays?: boolean;
                        /** @description A single bulletin that no programme holds yet */
                        bulletinId?: string & (unknown & unknown);
                        /** @description The broadcast that is changed; its programme and area stay */
                        broadcastId?: string & (unknown & unknown);
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["BroadcastCheck"];
                    };
                };
                /** @description Refused or failed (RFC 9457) */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/occurrences/{id}/change": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Cancel, move or change one occurrence, it and all that follow, or all; and take it back */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description The ETag under which this was read. When it was changed meanwhile, nothing is done and the answer is 412 (changed-meanwhile). Without it the change is made whatever the state is */
                    "if-match"?: string;
                };
                path: {
                    /** @description Broadcast id and original start: <uuid>@YYYYMMDDTHHMMSSZ */
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": ({
                        /** @enum {string} */
                        scope: "this";
                        /** @enum {string} */
                        action: "cancel" | "restore";
                    } | {
                        /** @enum {string} */
                        scope: "this";
                        /** @enum {string} */
                        action: "move";
                        /**
                         * Format: date-time
                         * @description Instant, ISO 8601 in UTC
                         */
                        startAt: string;
                    } | {
                        /** @enum {string} */
                        scope: "this";
                        /** @enum {string} */
                        action: "programme";
                        programmeId: string & (unknown & unknown);
                    }) | ({
                        /** @enum {string} */
                        scope: "following";
                        /** @enum {string} */
                        action: "cancel" | "restore";
                    } | {
                        /** @enum {string} */
                        scope: "following";
                        /** @enum {string} */
                        action: "change";
                        programmeId?: string & (unknown & unknown);
                        /** @enum {string} */
                        priority?: "priority" | "normal" | "filler";
                        rule?: string | null;
                        /**
                         * Format: date
                         * @description Calendar day, YYYY-MM-DD
                         */
                        firstDate?: string;
                        /** @description Times of the day, each an occurrence of its own */
                        localTimes?: string[];
                        /** @description Last day of the series, inclusive; null: until cancelled */
                        lastDate?: string | null;
                        /** @description Also on these days (RFC 5545 RDATE) */
                        extraDates?: string[];
                        /** @description Not on these days (RFC 5545 EXDATE) */
                        exceptDates?: string[];
                        /** @description Within the broadcast’s area; none that is included: all of the area. “All but these three”: three excluded */
                        targets?: components["schemas"]["TargetInput"][];
                        /**
                         * @description The first of a device’s languages that is there, or each of them
                         * @enum {string}
                         */
                        languageMode?: "first" | "each";
                        /**
                         * @description A device that is ready only after the start joins, begins anew, or leaves it out
                         * @enum {string}
                         */
                        lateStart?: "join" | "restart" | "skip";
                        /**
                         * @description queue: at the next permitted, free time of its day, in each commune; a province’s priority ones only
                         * @enum {string}
                         */
                        placement?: "fixed" | "queue";
                        /**
                         * @description Where something that goes first sounds at its time: follow on, or be left out there
                         * @enum {string}
                         */
                        onConflict?: "follow" | "drop";
                        /** @description Not on public holidays and those of its area’s calendar */
                        skipHolidays?: boolean;
                    }) | ({
                        /** @enum {string} */
                        scope: "all";
                        /** @enum {string} */
                        action: "cancel" | "restore";
                    } | {
                        /** @enum {string} */
                        scope: "all";
                        /** @enum {string} */
                        action: "change";
                        /** @enum {string} */
                        priority?: "priority" | "normal" | "filler";
                        rule?: string | null;
                        /**
                         * Format: date
                         * @description Calendar day, YYYY-MM-DD
                         */
                        firstDate?: string;
                        /** @description Times of the day, each an occurrence of its own */
                        localTimes?: string[];
                        /** @description Last day of the series, inclusive; null: until cancelled */
                        lastDate?: string | null;
                        /** @description Also on these days (RFC 5545 RDATE) */
                        extraDates?: string[];
                        /** @description Not on these days (RFC 5545 EXDATE) */
                        exceptDates?: string[];
                        /** @description Within the broadcast’s area; none that is included: all of the area. “All but these three”: three excluded */
                        targets?: components["schemas"]["TargetInput"][];
                        /**
                         * @description The first of a device’s languages that is there, or each of them
                         * @enum {string}
                         */
                        languageMode?: "first" | "each";
                        /**
                         * @description A device that is ready only after the start joins, begins anew, or leaves it out
                         * @enum {string}
                         */
                        lateStart?: "join" | "restart" | "skip";
                        /**
                         * @description queue: at the next permitted, free time of its day, in each commune; a province’s priority ones only
                         * @enum {string}
                         */
                        placement?: "fixed" | "queue";
                        /**
                         * @description Where something that goes first sounds at its time: follow on, or be left out there
                         * @enum {string}
                         */
                        onConflict?: "follow" | "drop";
                        /** @description Not on public holidays and those of its area’s calendar */
                        skipHolidays?: boolean;
                    });
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        /** @description For If-Match of the next change */
                        ETag?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ChangedOccurrence"];
                    };
                };
                /** @description Refused or failed (RFC 9457) */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/areas/{id}/preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What will sound in an area: when, on which devices, how loud and why */
        get: {
            parameters: {
                query?: {
                    /** @description Now, if it is left out */
                    from?: string;
                    /** @description 24 hours after `from`, if it is left out; at most 31 days */
                    to?: string;
                };
                header?: never;
                path: {
                    id: string & (unknown & unknown);
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Preview"];
                    };
                };
                /** @description Refused or failed (RFC 9457) */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/areas/{id}/order": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The order among equals that an area chose */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string & (unknown & unknown);
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        /** @description For If-Match of the next change */
                        ETag?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["AreaOrderShown"];
                    };
                };
                /** @description Refused or failed (RFC 9457) */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        /** Choose the order among equals; what is not named follows */
        put: {
            parameters: {
                query?: never;
                header?: {
                    /** @description The ETag under which this was read. When it was changed meanwhile, nothing is done and the answer is 412 (changed-meanwhile). Without it the change is made whatever the state is */
                    "if-match"?: string;
                };
                path: {
                    id: string & (unknown & unknown);
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["AreaOrderInput"];
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        /** @description For If-Match of the next change */
                        ETag?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["AreaOrderShown"];
                    };
                };
                /** @description Refused or failed (RFC 9457) */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/areas/{id}/schedule.ics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What is planned in an area, as a calendar
         * @description Series stand at their planned times. What the plan of the next 14 days moves is an event of its own at the time at which it first sounds in the area, and what sounds nowhere there is cancelled: `GET /areas/{id}/preview` says where, and what is cut off.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string & (unknown & unknown);
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description iCalendar (RFC 5545) */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": string;
                    };
                };
                /** @description Refused or failed (RFC 9457) */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/broadcasts/{id}.ics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One broadcast as a calendar */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string & (unknown & unknown);
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description iCalendar (RFC 5545) */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": string;
                    };
                };
                /** @description Refused or failed (RFC 9457) */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/airtime": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Planned against played time by place, time, topic, campaign, language or priority */
        get: {
            parameters: {
                query: {
                    /** @description Instant, ISO 8601 in UTC */
                    from: string;
                    /** @description Instant, ISO 8601 in UTC */
                    to: string;
                    areaId?: string & (unknown & unknown);
                    deviceId?: string & (unknown & unknown);
                    topic?: string;
                    /** @description Empty: what belongs to none */
                    campaign?: string;
                    language?: string;
                    priority?: string;
                    /** @description `below`: the parts of the area asked for, with all that stands below them today */
                    by?: "area" | "below" | "device" | "day" | "week" | "month" | "topic" | "campaign" | "language" | "priority";
                    /** @description Rows at most; the totals are of all */
                    limit?: number;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["AirtimeReport"];
                    };
                };
                /** @description Refused or failed (RFC 9457) */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/airtime/plays": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The single plays behind the figures, by planned start, with what became of each */
        get: {
            parameters: {
                query: {
                    /** @description Instant, ISO 8601 in UTC */
                    from: string;
                    /** @description Instant, ISO 8601 in UTC */
                    to: string;
                    areaId?: string & (unknown & unknown);
                    deviceId?: string & (unknown & unknown);
                    topic?: string;
                    /** @description Empty: what belongs to none */
                    campaign?: string;
                    language?: string;
                    priority?: string;
                    outcome?: "played" | "partial" | "missed" | "cancelled" | "unknown";
                    /** @description The `next` of the page before */
                    after?: string;
                    limit?: number;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["AirtimePlays"];
                    };
                };
                /** @description Refused or failed (RFC 9457) */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/airtime/evidence": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One play and what proves it: entries of the device’s ledger, verified now */
        get: {
            parameters: {
                query: {
                    deviceId: string & (unknown & unknown);
                    occurrenceId?: string;
                    itemId?: string & (unknown & unknown);
                    language?: string;
                    playId?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["AirtimeEvidence"];
                    };
                };
                /** @description Refused or failed (RFC 9457) */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/airtime/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The report, or every single play, as CSV or Excel workbook; who takes it is on record */
        get: {
            parameters: {
                query: {
                    /** @description Instant, ISO 8601 in UTC */
                    from: string;
                    /** @description Instant, ISO 8601 in UTC */
                    to: string;
                    areaId?: string & (unknown & unknown);
                    deviceId?: string & (unknown & unknown);
                    topic?: string;
                    /** @description Empty: what belongs to none */
                    campaign?: string;
                    language?: string;
                    priority?: string;
                    format: "csv" | "xlsx";
                    what?: "sums" | "plays";
                    /** @description `below`: the parts of the area asked for, with all that stands below them today */
                    by?: "area" | "below" | "device" | "day" | "week" | "month" | "topic" | "campaign" | "language" | "priority";
                    outcome?: "played" | "partial" | "missed" | "cancelled" | "unknown";
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Refused or failed (RFC 9457) */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What was done, and by whom, in the areas one may audit; newest first */
        get: {
            parameters: {
                query?: {
                    /** @description From then on */
                    from?: string;
                    /** @description Before then */
                    to?: string;
                    actorId?: string & (unknown & unknown);
                    /** @description A code of GET /audit/actions */
                    action?: string;
                    /** @description In this area and all below it */
                    areaId?: string & (unknown & unknown);
                    subjectId?: string;
                    outcome?: "done" | "refused";
                    /** @description The `next` of the page before */
                    before?: number;
                    limit?: number;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["AuditPage"];
                    };
                };
                /** @description Refused or failed (RFC 9457) */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/audit/actions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What the trail can say that somebody did, in the reader’s language */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            code: string;
                            text: string;
                        }[];
                    };
                };
                /** @description Refused or failed (RFC 9457) */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/audit/people": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** People with a role in the areas one may audit, by name */
        get: {
            parameters: {
                query?: {
                    /** @description Words that stand in the name or the user name */
                    q?: string;
                    limit?: number;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            id: string & (unknown & unknown);
                            userName: string;
                            displayName: string;
                        }[];
                    };
                };
                /** @description Refused or failed (RFC 9457) */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/audit/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The same as CSV or Excel workbook, all of it */
        get: {
            parameters: {
                query?: {
                    /** @description From then on */
                    from?: string;
                    /** @description Before then */
                    to?: string;
                    actorId?: string & (unknown & unknown);
                    /** @description A code of GET /audit/actions */
                    action?: string;
                    /** @description In this area and all below it */
                    areaId?: string & (unknown & unknown);
                    subjectId?: string;
                    outcome?: "done" | "refused";
                    format?: "csv" | "xlsx";
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Refused or failed (RFC 9457) */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/audit/verification": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Where the trail stands, and its newest verification */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["AuditVerification"];
                    };
                };
                /** @description Refused or failed (RFC 9457) */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        /** Verify the whole trail now (at most once a minute) */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["AuditVerification"];
                    };
                };
                /** @description Refused or failed (RFC 9457) */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/clips/{sha256}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Bytes of a clip or day plan that the device’s target names
         * @description Single byte ranges (RFC 9110). HTTP Basic: device id and secret.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description SHA-256 in lower-case hex */
                    sha256: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Refused or failed (RFC 9457) */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/.well-known/jwks.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The server’s public signing keys, the one in force first (RFC 7517) */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["SigningKeys"];
                    };
                };
                /** @description Refused or failed (RFC 9457) */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/healthz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Does the server do its work? */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @enum {string} */
                            status: "ok";
                        };
                    };
                };
                /** @description Default Response */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @enum {string} */
                            status: "failing";
                        };
                    };
                };
                /** @description Refused or failed (RFC 9457) */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/server": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Time and version */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Server"];
                    };
                };
                /** @description Refused or failed (RFC 9457) */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Server-sent events: what changed in the areas one may read */
        get: {
            parameters: {
                query?: {
                    /** @description For a new EventSource, which cannot send the header */
                    lastEventId?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "text/event-stream": string;
                    };
                };
                /** @description Refused or failed (RFC 9457) */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        ProblemInput: {
            /** @description Identifies the kind of problem: urn:loaxa:problem:<code> */
            type: string;
            /** @description What happened, what it means and what to do, in the reader’s language */
            title: string;
            status: number;
            /** @description Stable code for programs */
            code: string;
            requestId: string;
            /** @description What programs want to know besides */
            facts?: {
                [key: string]: unknown;
            };
        };
        TargetInput: {
            /** @enum {string} */
            kind: "area" | "group" | "device";
            id: string & (unknown & unknown);
            /** @default false */
            isExcluded: boolean;
        };
        ReadinessInput: {
            /** @description Devices that are to play it */
            total: number;
            /** @description Hold the wanted target and all clips of the next occurrence */
            ready: number;
            offline: number;
        };
        BroadcastInput: {
            id: string & (unknown & unknown);
            programmeId: string & (unknown & unknown);
            title: string;
            /** @description Counts the changes of the series and of its occurrences */
            revision: number;
            areaId: string & (unknown & unknown);
            areaName: string;
            /** @enum {string} */
            priority: "priority" | "normal" | "filler";
            rule: string | null;
            /**
             * Format: date
             * @description Calendar day, YYYY-MM-DD
             */
            firstDate: string;
            lastDate: string | null;
            localTimes: string[];
            extraDates: string[];
            exceptDates: string[];
            timeZone: string;
            /** @description Those within or above the reader’s areas */
            targets: components["schemas"]["TargetInput"][];
            /**
             * @description The first of a device’s languages that is there, or each of them
             * @enum {string}
             */
            languageMode: "first" | "each";
            /**
             * @description A device that is ready only after the start joins, begins anew, or leaves it out
             * @enum {string}
             */
            lateStart: "join" | "restart" | "skip";
            /**
             * @description queue: at the next permitted, free time of its day, in each commune; a province’s priority ones only
             * @enum {string}
             */
            placement: "fixed" | "queue";
            /**
             * @description Where something that goes first sounds at its time: follow on, or be left out there
             * @enum {string}
             */
            onConflict: "follow" | "drop";
            /** @description Not on public holidays and those of its area’s calendar */
            skipHolidays: boolean;
            /** @description How many more targets lie in areas that the reader does not see */
            targetsElsewhere: number;
            durationMs: number;
            nextStartAt: string | null;
            allApproved: boolean;
            cancelledAt: string | null;
            /** @description From this start on the series ends, or goes on in another broadcast */
            continuedAt: string | null;
            continuedById: (string & (unknown & unknown)) | null;
            readiness: components["schemas"]["ReadinessInput"];
        };
        OccurrenceInput: {
            id: string;
            broadcastId: string & (unknown & unknown);
            /** @description That of its broadcast: for a change of this occurrence too */
            revision: number;
            title: string;
            areaId: string & (unknown & unknown);
            areaName: string;
            /** @enum {string} */
            priority: "priority" | "normal" | "filler";
            /**
             * Format: date-time
             * @description As it is planned
             */
            startAt: string;
            /**
             * Format: date-time
             * @description As it is planned
             */
            endAt: string;
            /**
             * Format: date-time
             * @description When it really sounds first: it may queue, or follow something; nowhere: as planned
             */
            soundsFrom: string;
            /**
             * Format: date-time
             * @description When the last device is to end it, with the time in which it is held
             */
            soundsUntil: string;
            /** @description Devices on which it is not as planned, by when it sounds there; at most 20. Empty: everywhere as planned */
            elsewhen: {
                /**
                 * Format: date-time
                 * @description Instant, ISO 8601 in UTC
                 */
                startAt: string;
                /**
                 * Format: date-time
                 * @description Instant, ISO 8601 in UTC
                 */
                endAt: string;
                /** @description Why it does not sound there */
                leftOut: ("gave-way" | "suspended" | "outside-hours") | null;
                devices: number;
            }[];
            /** @description The suspension that silences it, on some devices or all; null: none */
            suspended: {
                reason: string;
                areaName: string;
                /**
                 * Format: date-time
                 * @description Instant, ISO 8601 in UTC
                 */
                until: string;
            } | null;
            /** @description When its series has it; null: it was not moved */
            movedFromAt: string | null;
            /**
             * @description By when it really sounds; suspended, left-out: on no device, as the plan has it
             * @enum {string}
             */
            state: "planned" | "not-approved" | "playing" | "ended" | "cancelled" | "suspended" | "left-out";
            /** @description `expected` is the sum of all but `playing` */
            devices: {
                expected: number;
                /** @description Of those that are not known yet */
                playing: number;
                played: number;
                partial: number;
                missed: number;
                /** @description It was cancelled or stopped before it came to them */
                cancelled: number;
                /** @description The plan leaves it out there: `elsewhen` says why */
                leftOut: number;
                /** @description To come, on air, or not reported yet */
                unknown: number;
            };
        };
        TodayInput: {
            /**
             * Format: date-time
             * @description Instant, ISO 8601 in UTC
             */
            serverTime: string;
            timeZone: string;
            /** @description Now; the last begun first, at most 20 */
            playing: components["schemas"]["OccurrenceInput"][];
            /** @description Of the next 24 hours, by when they sound, at most 20 */
            next: components["schemas"]["OccurrenceInput"][];
            /** @description Of this local day, newest first, at most 20 */
            ended: components["schemas"]["OccurrenceInput"][];
            totals: {
                playing: number;
                next: number;
                ended: number;
            };
            devices: {
                total: number;
                online: number;
                offline: number;
                neverEnrolled: number;
                /** @description That say that they play a broadcast */
                playing: number;
            };
            pendingApprovals: number;
            /** @description Whether one was ever installed, somebody else may approve, one was approved, planned */
            firstSteps: {
                speaker: boolean;
                approver: boolean;
                bulletin: boolean;
                broadcast: boolean;
            };
        };
        AwaitedBulletinInput: {
            bulletinId: string & (unknown & unknown);
            title: string;
            /**
             * @description Of its newest revision
             * @enum {string}
             */
            state: "draft" | "pending" | "approved" | "returned";
        };
        PlanViolationInput: {
            /**
             * @description The last two: what a device’s plan has room for
             * @enum {string}
             */
            rule: "hours" | "maxSessionsPerDay" | "maxMinutesPerSession" | "maxMinutesPerDay" | "maxOccurrencesPerDay" | "maxClipsPerOccurrence";
            /** @description The area that set the rule; null for what devices have room for */
            areaId: (string & (unknown & unknown)) | null;
            areaName: string;
            /** @description Sessions, minutes, occurrences or clips */
            limit: number | null;
            /** @description Of hours: by how many minutes it runs over the end of those in which it begins; null: it begins outside */
            actual: number | null;
            /**
             * Format: date-time
             * @description The first start that breaks it
             */
            startAt: string;
            /** @description On how many of the days that were looked at */
            days: number;
            devices: number;
        };
        PlanWarningInput: {
            /**
             * @description nobodyHears: no speaker is there yet; else a rule that it breaks
             * @enum {string}
             */
            rule: "hours" | "maxSessionsPerDay" | "maxMinutesPerSession" | "maxMinutesPerDay" | "maxOccurrencesPerDay" | "maxClipsPerOccurrence" | "nobodyHears";
            /** @description The area that set the rule; null for what devices have room for */
            areaId: (string & (unknown & unknown)) | null;
            areaName: string;
            /** @description Sessions, minutes, occurrences or clips */
            limit: number | null;
            /** @description Of hours: by how many minutes it runs over the end of those in which it begins; null: it begins outside */
            actual: number | null;
            /**
             * Format: date-time
             * @description The first start that breaks it
             */
            startAt: string;
            /** @description On how many of the days that were looked at */
            days: number;
            devices: number;
            broadcastId: string & (unknown & unknown);
            title: string;
            /** @description What it is and what to do, in the reader’s language */
            text: string;
        };
        PlannedBroadcastInput: {
            id: string & (unknown & unknown);
            programmeId: string & (unknown & unknown);
            title: string;
            /** @description Counts the changes of the series and of its occurrences */
            revision: number;
            areaId: string & (unknown & unknown);
            areaName: string;
            /** @enum {string} */
            priority: "priority" | "normal" | "filler";
            rule: string | null;
            /**
             * Format: date
             * @description Calendar day, YYYY-MM-DD
             */
            firstDate: string;
            lastDate: string | null;
            localTimes: string[];
            extraDates: string[];
            exceptDates: string[];
            timeZone: string;
            /** @description Those within or above the reader’s areas */
            targets: components["schemas"]["TargetInput"][];
            /**
             * @description The first of a device’s languages that is there, or each of them
             * @enum {string}
             */
            languageMode: "first" | "each";
            /**
             * @description A device that is ready only after the start joins, begins anew, or leaves it out
             * @enum {string}
             */
            lateStart: "join" | "restart" | "skip";
            /**
             * @description queue: at the next permitted, free time of its day, in each commune; a province’s priority ones only
             * @enum {string}
             */
            placement: "fixed" | "queue";
            /**
             * @description Where something that goes first sounds at its time: follow on, or be left out there
             * @enum {string}
             */
            onConflict: "follow" | "drop";
            /** @description Not on public holidays and those of its area’s calendar */
            skipHolidays: boolean;
            /** @description How many more targets lie in areas that the reader does not see */
            targetsElsewhere: number;
            durationMs: number;
            nextStartAt: string | null;
            allApproved: boolean;
            cancelledAt: string | null;
            /** @description From this start on the series ends, or goes on in another broadcast */
            continuedAt: string | null;
            continuedById: (string & (unknown & unknown)) | null;
            readiness: components["schemas"]["ReadinessInput"];
            /** @description What is amiss though it is planned: nobody hears it yet, or it broke a rule before and does so still */
            planWarnings: components["schemas"]["PlanWarningInput"][];
        };
        ChangedOccurrenceInput: {
            /** @description In which it stands now: another one after a change of this and all that follow */
            broadcast: components["schemas"]["BroadcastInput"];
            /** @description Its id there; null: the series has it no more */
            occurrenceId: string | null;
            /** @description That of the broadcast */
            revision: number;
            /** @description What is amiss though it is planned: nobody hears it yet, or it broke a rule before and does so still */
            planWarnings: components["schemas"]["PlanWarningInput"][];
        };
        PlanConflictInput: {
            broadcastId: string & (unknown & unknown);
            title: string;
            areaId: string & (unknown & unknown);
            areaName: string;
            /** @enum {string} */
            priority: "priority" | "normal" | "filler";
            /**
             * Format: date-time
             * @description Instant, ISO 8601 in UTC
             */
            startAt: string;
            /**
             * Format: date-time
             * @description The first occurrence that meets it
             */
            ownStartAt: string;
            days: number;
            devices: number;
            /** @description Where most devices are first, at most 100 */
            areas: {
                areaId: string & (unknown & unknown);
                areaName: string;
                devices: number;
            }[];
            outcomes: {
                /**
                 * @description Which of the two goes first
                 * @enum {string}
                 */
                first: "this" | "other";
                /**
                 * @description The other one follows on, is left out, or is held and resumed
                 * @enum {string}
                 */
                second: "follows" | "gives-way" | "held";
                /** @description When the one that follows begins */
                at: string | null;
                devices: number;
            }[];
        };
        BroadcastCheckInput: {
            /** @description Who hears it */
            devices: number;
            /** @description Of these, offline now */
            offline: number;
            /** @description Where most devices are first, at most 100 */
            areas: {
                areaId: string & (unknown & unknown);
                areaName: string;
                devices: number;
                offline: number;
            }[];
            areaCount: number;
            /** @description Within 60 days of its next start */
            occurrences: number;
            /** @description The first of them, at most 20 */
            startsAt: string[];
            airtime: {
                occurrenceMs: number;
                weekMs: number;
                horizonMs: number;
                horizonDays: number;
            };
            /** @description Bulletins of it that do not air as things stand: all else here counts them as if they did */
            notApproved: components["schemas"]["AwaitedBulletinInput"][];
            missingLanguages: {
                language: string;
                devices: number;
                titles: string[];
            }[];
            /** @description With any of these it cannot be planned */
            violations: components["schemas"]["PlanViolationInput"][];
            /** @description Resolved by the rules, as told */
            conflicts: components["schemas"]["PlanConflictInput"][];
            /** @description Where and why some of it does not sound */
            leftOut: {
                /** @enum {string} */
                reason: "suspended" | "outside-hours";
                /**
                 * Format: date-time
                 * @description Instant, ISO 8601 in UTC
                 */
                startAt: string;
                days: number;
                devices: number;
            }[];
            /** @description When its first occurrence sounds where it queues or meets others */
            places: {
                /**
                 * Format: date-time
                 * @description Instant, ISO 8601 in UTC
                 */
                startAt: string;
                devices: number;
            }[];
            /** @description When the first of what does not fit would fit for everybody */
            nextFreeAt: string | null;
            /** @description What is amiss though it is planned: nobody hears it yet, or it broke a rule before and does so still */
            planWarnings: components["schemas"]["PlanWarningInput"][];
        };
        ClipInput: {
            id: string & (unknown & unknown);
            areaId: string & (unknown & unknown);
            /** @enum {string} */
            source: "upload" | "speech" | "recording" | "trim";
            /** @enum {string} */
            state: "uploaded" | "processing" | "ready" | "rejected";
            originalName: string;
            speechText: string | null;
            speechVoice: string | null;
            /** @description What it was cut from */
            trimmedFromId: (string & (unknown & unknown)) | null;
            sha256: string | null;
            bytes: number | null;
            durationMs: number | null;
            loudnessLufs: number | null;
            peakDbfs: number | null;
            peaks: string | null;
            rejection: {
                code: string;
                /** @description In the reader’s language */
                text: string;
            } | null;
            /**
             * Format: date-time
             * @description Instant, ISO 8601 in UTC
             */
            createdAt: string;
        };
        VoiceInput: {
            id: string;
            engine: string;
            language: string;
            name: {
                vi: string;
                en: string;
            };
        };
        TopicInput: {
            /** @enum {string} */
            code: "general" | "urgent" | "policy" | "administration" | "society" | "good-deeds";
            name: {
                vi: string;
                en: string;
            };
        };
        LanguageInput: {
            /** @description BCP 47 */
            code: string;
            name: {
                vi: string;
                en: string;
            };
        };
        BulletinRevisionInput: {
            id: string & (unknown & unknown);
            number: number;
            title: string;
            /** @enum {string} */
            topic: "general" | "urgent" | "policy" | "administration" | "society" | "good-deeds";
            campaign: string | null;
            /** @description The main one: heard where a device asks for none that is there */
            language: string;
            clipId: string & (unknown & unknown);
            variants: {
                language: string;
                clipId: string & (unknown & unknown);
                /** @enum {string} */
                clipState: "uploaded" | "processing" | "ready" | "rejected";
                durationMs: number | null;
            }[];
            contentHash: string;
            /** @enum {string} */
            state: "draft" | "pending" | "approved" | "returned";
            durationMs: number | null;
            /** @enum {string} */
            clipState: "uploaded" | "processing" | "ready" | "rejected";
            authorId: string & (unknown & unknown);
            authorName: string;
            /**
             * Format: date-time
             * @description Instant, ISO 8601 in UTC
             */
            createdAt: string;
            submittedAt: string | null;
            deciderName: string | null;
            /** @description In whose place it was decided */
            onBehalfOfName: string | null;
            /** @description Approved as it was submitted, by what the decider had said before for its programmes */
            standingApproval: {
                id: string & (unknown & unknown);
                /**
                 * Format: date-time
                 * @description Instant, ISO 8601 in UTC
                 */
                validUntil: string;
            } | null;
            decidedAt: string | null;
            comment: string | null;
        };
        BulletinInput: {
            id: string & (unknown & unknown);
            areaId: string & (unknown & unknown);
            /** @description Another one with every change of its content or state */
            revision: string;
            current: components["schemas"]["BulletinRevisionInput"];
            /** @description The reader wrote, edited or submitted it, or brought its audio, and so may not approve it */
            isContributor: boolean;
            /** @description The reader may approve it: in the own right, or in that of who is away */
            mayApprove: boolean;
            /** @description In whose place the reader would approve it */
            inPlaceOfName: string | null;
        };
        BulletinCountsInput: {
            draft: number;
            pending: number;
            approved: number;
            returned: number;
        };
        BulletinDetailInput: {
            id: string & (unknown & unknown);
            areaId: string & (unknown & unknown);
            /** @description Another one with every change of its content or state */
            revision: string;
            current: components["schemas"]["BulletinRevisionInput"];
            /** @description The reader wrote, edited or submitted it, or brought its audio, and so may not approve it */
            isContributor: boolean;
            /** @description The reader may approve it: in the own right, or in that of who is away */
            mayApprove: boolean;
            /** @description In whose place the reader would approve it */
            inPlaceOfName: string | null;
            /** @description Asked for where the bulletin is planned to sound, and not there: these speakers play another */
            missingLanguages: {
                language: string;
                /** @description How many speakers ask for it */
                devices: number;
            }[];
            /** @description What is amiss with the broadcasts in which it is planned, of the 20 made last: rules that were made after them, or that nobody hears them yet. They air all the same, within the permitted hours */
            planWarnings: components["schemas"]["PlanWarningInput"][];
        };
        ProgrammeInput: {
            id: string & (unknown & unknown);
            areaId: string & (unknown & unknown);
            title: string;
            /** @description Counts its changes */
            revision: number;
            items: {
                itemId: string & (unknown & unknown);
                bulletinId: string & (unknown & unknown);
                title: string;
                /** @enum {string} */
                state: "draft" | "pending" | "approved" | "returned";
                durationMs: number | null;
            }[];
            durationMs: number;
            /**
             * Format: date-time
             * @description Instant, ISO 8601 in UTC
             */
            updatedAt: string;
        };
        AirtimeReportInput: {
            /**
             * Format: date-time
             * @description Instant, ISO 8601 in UTC
             */
            asOf: string;
            /**
             * Format: date-time
             * @description Instant, ISO 8601 in UTC
             */
            from: string;
            /**
             * Format: date-time
             * @description Instant, ISO 8601 in UTC
             */
            to: string;
            /**
             * @description `below`: the parts of the area asked for, with all that stands below them today
             * @enum {string}
             */
            by: "area" | "below" | "device" | "day" | "week" | "month" | "topic" | "campaign" | "language" | "priority";
            rows: {
                key: string;
                label: string;
                expectedMs: number;
                /** @description Heard, of what was expected */
                playedMs: number;
                /** @description Expected and certainly not heard */
                missedMs: number;
                /** @description Expected, and not yet reported by the device */
                unknownMs: number;
                /** @description Heard without a frozen plan (superseded plan, emergency) */
                extraMs: number;
                plays: number;
            }[];
            /** @description How many rows there are, shown or not */
            rowCount: number;
            total: {
                expectedMs: number;
                /** @description Heard, of what was expected */
                playedMs: number;
                /** @description Expected and certainly not heard */
                missedMs: number;
                /** @description Expected, and not yet reported by the device */
                unknownMs: number;
                /** @description Heard without a frozen plan (superseded plan, emergency) */
                extraMs: number;
                plays: number;
            };
        };
        AirtimePlayInput: {
            occurrenceId: string | null;
            itemId: string | null;
            /** @description Of what no frozen plan explains */
            playId: string | null;
            deviceId: string;
            deviceName: string;
            areaName: string;
            title: string | null;
            topic: string;
            campaign: string | null;
            language: string;
            languageText: string;
            priority: string;
            /**
             * Format: date-time
             * @description As planned
             */
            startAt: string;
            durationMs: number;
            heardMs: number;
            startedAt: string | null;
            endedAt: string | null;
            /** @enum {string} */
            outcome: "played" | "partial" | "missed" | "cancelled" | "unknown" | "extra";
            reason: {
                code: string;
                text: string;
            } | null;
        };
        AirtimePlaysInput: {
            /**
             * Format: date-time
             * @description Instant, ISO 8601 in UTC
             */
            asOf: string;
            /** @description By planned start */
            plays: components["schemas"]["AirtimePlayInput"][];
            /** @description On the first page: heard without a frozen plan, at most 200 */
            extra: components["schemas"]["AirtimePlayInput"][];
            next: string | null;
        };
        AirtimeEvidenceInput: {
            /**
             * Format: date-time
             * @description Instant, ISO 8601 in UTC
             */
            asOf: string;
            play: components["schemas"]["AirtimePlayInput"];
            /** @description On record, so that it can be looked at */
            occurrenceId: string | null;
            /** @description The device has reported everything up to here */
            completeUntil: string | null;
            /** @description What the device said of it, in order */
            reports: {
                playId: string;
                startedAt: string | null;
                endedAt: string | null;
                heardMs: number;
                volumePercent: number | null;
                outcome: string | null;
                reason: {
                    code: string;
                    text: string;
                } | null;
                /** @enum {string} */
                clock: "trusted" | "unconfirmed" | "untrusted";
                targetRevision: number;
                /** @description SHA-256 of the audio that was played */
                clip: string;
                entries: {
                    ledgerId: string & (unknown & unknown);
                    seq: number;
                    type: string;
                    /**
                     * Format: date-time
                     * @description Instant, ISO 8601 in UTC
                     */
                    at: string;
                    /**
                     * Format: date-time
                     * @description Instant, ISO 8601 in UTC
                     */
                    receivedAt: string;
                    hash: string;
                    /** @description Computed now: its bytes give its hash, and it follows the entry before it */
                    isIntact: boolean;
                }[];
            }[];
        };
        AlertInput: {
            id: string & (unknown & unknown);
            areaId: string & (unknown & unknown);
            areaName: string;
            title: string;
            issuedByName: string;
            /**
             * Format: date-time
             * @description Instant, ISO 8601 in UTC
             */
            issuedAt: string;
            /**
             * Format: date-time
             * @description Instant, ISO 8601 in UTC
             */
            expiresAt: string;
            cancelledAt: string | null;
            inForce: boolean;
            devices: {
                total: number;
                started: number;
                played: number;
            };
        };
        StandingApprovalInput: {
            id: string & (unknown & unknown);
            programmeId: string & (unknown & unknown);
            programmeTitle: string;
            areaId: string & (unknown & unknown);
            givenByName: string;
            /** @description The approver in whose place it was given */
            onBehalfOfName: string | null;
            reason: string;
            /**
             * Format: date-time
             * @description Instant, ISO 8601 in UTC
             */
            createdAt: string;
            /**
             * Format: date-time
             * @description Instant, ISO 8601 in UTC
             */
            validUntil: string;
            /** @description False: the giver may no longer approve there, and so nothing is approved by it */
            isInForce: boolean;
            mayWithdraw: boolean;
        };
        DelegationInput: {
            id: string & (unknown & unknown);
            areaId: string & (unknown & unknown);
            areaName: string;
            fromId: string & (unknown & unknown);
            fromName: string;
            toId: string & (unknown & unknown);
            toName: string;
            reason: string;
            /**
             * Format: date-time
             * @description Instant, ISO 8601 in UTC
             */
            createdAt: string;
            /**
             * Format: date-time
             * @description Instant, ISO 8601 in UTC
             */
            startsAt: string;
            /**
             * Format: date-time
             * @description Instant, ISO 8601 in UTC
             */
            endsAt: string;
            /**
             * @description lapsed: one of the two accounts is disabled, or its giver may no longer approve there
             * @enum {string}
             */
            state: "upcoming" | "in-force" | "lapsed";
            mayEnd: boolean;
        };
        DelegateInput: {
            id: string & (unknown & unknown);
            displayName: string;
            userName: string;
        };
        AreaHolidayInput: {
            id: string & (unknown & unknown);
            /** @description Whose day it is: the area’s own, or of one above */
            area: {
                id: string & (unknown & unknown);
                name: string;
            };
            name: string;
            /**
             * Format: date
             * @description Calendar day, YYYY-MM-DD
             */
            firstDate: string;
            /**
             * Format: date
             * @description Inclusive
             */
            lastDate: string;
        };
        HolidayCalendarInput: {
            year: number;
            /** @description False: Tết and the Hung Kings’ day of this year are not known yet */
            isLunarKnown: boolean;
            publicHolidays: {
                /**
                 * Format: date
                 * @description Calendar day, YYYY-MM-DD
                 */
                date: string;
                name: {
                    vi: string;
                    en: string;
                };
            }[];
            /** @description Of this area and of those above, by date */
            own: components["schemas"]["AreaHolidayInput"][];
        };
        SuspensionInput: {
            id: string & (unknown & unknown);
            /** @description Where it was set: here, or in an area above */
            area: {
                id: string & (unknown & unknown);
                name: string;
            };
            reason: string;
            /**
             * Format: date-time
             * @description Instant, ISO 8601 in UTC
             */
            startsAt: string;
            /**
             * Format: date-time
             * @description Instant, ISO 8601 in UTC
             */
            endsAt: string;
            liftedAt: string | null;
            /** @enum {string} */
            state: "planned" | "in-force" | "over" | "lifted";
        };
        AreaRefInput: {
            id: string & (unknown & unknown);
            name: string;
        };
        AreaOwnRulesInput: {
            /** @description Permitted hours, in the area’s zone, at most eight windows on a day; null: what holds above. Never more than that */
            hours: {
                /** @description ISO weekdays, 1 Monday … 7 Sunday */
                days: number[];
                from: string;
                /** @description Exclusive */
                to: string | "24:00";
            }[] | null;
            maxSessionsPerDay: number | null;
            maxMinutesPerSession: number | null;
            maxMinutesPerDay: number | null;
            /** @description Per cent of a speaker’s own volume; the first that fits holds. Null: what holds above; none: always 100 */
            volumes: {
                from: string;
                to: string | "24:00";
                priority: ("priority" | "normal" | "filler") | null;
                percent: number;
            }[] | null;
            /** @description What sounds before a broadcast; null: what holds above. A clip must stand in an approved bulletin */
            leadIn: ({
                /** @constant */
                kind: "none";
            } | {
                /** @constant */
                kind: "chime";
            } | {
                /** @constant */
                kind: "clip";
                /** Format: uuid */
                clipId: string;
            }) | null;
            /** @description Of speakers that have none of their own, most wanted first; none: what holds above */
            languages: string[];
        };
        AreaEffectiveRulesInput: {
            /** @description What all areas of the path permit together; null: all hours; none: no hour at all */
            hours: {
                windows: {
                    /** @description ISO weekdays, 1 Monday … 7 Sunday */
                    days: number[];
                    from: string;
                    /** @description Exclusive */
                    to: string | "24:00";
                }[] | null;
                /** @description The areas that say so; none: nobody does, and it is as everywhere */
                from: components["schemas"]["AreaRefInput"][];
            };
            maxSessionsPerDay: {
                limit: number;
                from: components["schemas"]["AreaRefInput"];
            } | null;
            maxMinutesPerSession: {
                limit: number;
                from: components["schemas"]["AreaRefInput"];
            } | null;
            maxMinutesPerDay: {
                limit: number;
                from: components["schemas"]["AreaRefInput"];
            } | null;
            volumes: {
                rules: {
                    from: string;
                    to: string | "24:00";
                    priority: ("priority" | "normal" | "filler") | null;
                    percent: number;
                }[];
                /** @description The areas that say so; none: nobody does, and it is as everywhere */
                from: components["schemas"]["AreaRefInput"][];
            };
            leadIn: {
                setting: {
                    /** @constant */
                    kind: "none";
                } | {
                    /** @constant */
                    kind: "chime";
                } | {
                    /** @constant */
                    kind: "clip";
                    /** Format: uuid */
                    clipId: string;
                };
                /** @description The areas that say so; none: nobody does, and it is as everywhere */
                from: components["schemas"]["AreaRefInput"][];
            };
            languages: {
                tags: string[];
                /** @description The areas that say so; none: nobody does, and it is as everywhere */
                from: components["schemas"]["AreaRefInput"][];
            };
        };
        AreaRulesInput: {
            area: components["schemas"]["AreaRefInput"];
            own: components["schemas"]["AreaOwnRulesInput"];
            /** @description Counts the changes of what the area itself says */
            revision: number;
            /** @description What holds here */
            effective: components["schemas"]["AreaEffectiveRulesInput"];
            /** @description What would hold if the area itself said nothing: it may only tighten this */
            above: components["schemas"]["AreaEffectiveRulesInput"];
        };
        AreaRulesChangedInput: {
            area: components["schemas"]["AreaRefInput"];
            own: components["schemas"]["AreaOwnRulesInput"];
            /** @description Counts the changes of what the area itself says */
            revision: number;
            /** @description What holds here */
            effective: components["schemas"]["AreaEffectiveRulesInput"];
            /** @description What would hold if the area itself said nothing: it may only tighten this */
            above: components["schemas"]["AreaEffectiveRulesInput"];
            /** @description What was to sound within the horizon and is left out or cut off then */
            noLongerFits: {
                count: number;
                /** @description The first 200 */
                occurrences: {
                    occurrenceId: string;
                    title: string;
                    areaId: string & (unknown & unknown);
                    /** @enum {string} */
                    priority: "priority" | "normal" | "filler";
                    /**
                     * Format: date-time
                     * @description Instant, ISO 8601 in UTC
                     */
                    startAt: string;
                    /** @enum {string} */
                    reason: "gave-way" | "suspended" | "outside-hours";
                    /** @description From when on it is silent; null: somewhere it does not sound at all */
                    cutAt: string | null;
                    /** @description Speakers on which it is left out or cut off */
                    deviceCount: number;
                }[];
            };
            /** @description Days of the horizon whose plan breaks a limit that it did not break before: it sounds all the same */
            capsBroken: {
                count: number;
                /** @description The first 200 */
                days: {
                    /** @enum {string} */
                    rule: "maxSessionsPerDay" | "maxMinutesPerSession" | "maxMinutesPerDay";
                    limit: number;
                    actual: number;
                    /**
                     * Format: date
                     * @description Calendar day, YYYY-MM-DD
                     */
                    date: string;
                    from: components["schemas"]["AreaRefInput"];
                }[];
            };
        };
        /** @description What changes for the plans of what moves, or of what was changed, in the 14 days from then on */
        MoveImpactInput: {
            /** @description Speakers that move, or whose plan may be another */
            devices: number;
            /** @description What was to sound within the horizon and is left out or cut off then */
            noLongerFits: {
                count: number;
                /** @description The first 200 */
                occurrences: {
                    occurrenceId: string;
                    title: string;
                    areaId: string & (unknown & unknown);
                    /** @enum {string} */
                    priority: "priority" | "normal" | "filler";
                    /**
                     * Format: date-time
                     * @description Instant, ISO 8601 in UTC
                     */
                    startAt: string;
                    /** @enum {string} */
                    reason: "gave-way" | "suspended" | "outside-hours";
                    /** @description From when on it is silent; null: somewhere it does not sound at all */
                    cutAt: string | null;
                    /** @description Speakers on which it is left out or cut off */
                    deviceCount: number;
                }[];
            };
            /** @description Days of the horizon whose plan breaks a limit that it did not break before: it sounds all the same */
            capsBroken: {
                count: number;
                /** @description The first 200 */
                days: {
                    /** @enum {string} */
                    rule: "maxSessionsPerDay" | "maxMinutesPerSession" | "maxMinutesPerDay";
                    limit: number;
                    actual: number;
                    /**
                     * Format: date
                     * @description Calendar day, YYYY-MM-DD
                     */
                    date: string;
                    from: components["schemas"]["AreaRefInput"];
                }[];
            };
            /** @description What comes later on some speakers, behind what goes first at the new place */
            delayed: {
                count: number;
                /** @description The first 200 */
                occurrences: {
                    occurrenceId: string;
                    title: string;
                    areaId: string & (unknown & unknown);
                    /**
                     * Format: date-time
                     * @description As planned
                     */
                    startAt: string;
                    /**
                     * Format: date-time
                     * @description When it starts where it comes last
                     */
                    soundsFrom: string;
                    deviceCount: number;
                }[];
            };
        };
        MoveInput: {
            id: string & (unknown & unknown);
            /** @description As far as one may read them */
            areas: {
                id: string & (unknown & unknown);
                name: string;
            }[];
            /** @description As far as one may read them */
            devices: {
                id: string & (unknown & unknown);
                name: string;
            }[];
            /** @description Null where one may not know of it */
            into: {
                id: string & (unknown & unknown);
                name: string;
            } | null;
            reason: string;
            /**
             * Format: date-time
             * @description Instant, ISO 8601 in UTC
             */
            effectiveAt: string;
            /** @enum {string} */
            state: "planned" | "done" | "cancelled" | "in-the-way";
            /** @description Why it did not happen at its time, in the reader’s language */
            obstacle: string | null;
            doneAt: string | null;
            cancelledAt: string | null;
            /**
             * Format: date-time
             * @description Instant, ISO 8601 in UTC
             */
            createdAt: string;
        };
        PlannedMoveInput: {
            id: string & (unknown & unknown);
            /** @description As far as one may read them */
            areas: {
                id: string & (unknown & unknown);
                name: string;
            }[];
            /** @description As far as one may read them */
            devices: {
                id: string & (unknown & unknown);
                name: string;
            }[];
            /** @description Null where one may not know of it */
            into: {
                id: string & (unknown & unknown);
                name: string;
            } | null;
            reason: string;
            /**
             * Format: date-time
             * @description Instant, ISO 8601 in UTC
             */
            effectiveAt: string;
            /** @enum {string} */
            state: "planned" | "done" | "cancelled" | "in-the-way";
            /** @description Why it did not happen at its time, in the reader’s language */
            obstacle: string | null;
            doneAt: string | null;
            cancelledAt: string | null;
            /**
             * Format: date-time
             * @description Instant, ISO 8601 in UTC
             */
            createdAt: string;
            impact: components["schemas"]["MoveImpactInput"];
        };
        AreasOverviewInput: {
            /** @description Areas with a word of their own about hours, limits, volume, lead-in or languages */
            rules: {
                areaId: string & (unknown & unknown);
                own: components["schemas"]["AreaOwnRulesInput"];
            }[];
            /** @description In force, or to come; those of one’s own areas, soonest first */
            suspensions: components["schemas"]["SuspensionInput"][];
        };
        LeadInClipInput: {
            clipId: string & (unknown & unknown);
            /** @description Of the approved bulletin in which it stands */
            title: string;
            durationMs: number;
            /** @description Whose sound it is: here, or above */
            area: {
                id: string & (unknown & unknown);
                name: string;
            };
        };
        AreaInput: {
            id: string & (unknown & unknown);
            parentId: (string & (unknown & unknown)) | null;
            /** @enum {string} */
            kind: "province" | "commune" | "village";
            name: string;
            /** @description Ids from the root down to this area */
            path: (string & (unknown & unknown))[];
            timeZone: string;
            /** @description Counts the changes of what people set */
            revision: number;
            /** @description Devices in this area and below */
            deviceCount: number;
            onlineCount: number;
        };
        AreaZoneChangedInput: {
            /** @description Areas whose zone was another one until now */
            areas: number;
            /** @description Of the area itself */
            revision: number;
            /** @description What was to sound within the horizon and is left out or cut off then */
            noLongerFits: {
                count: number;
                /** @description The first 200 */
                occurrences: {
                    occurrenceId: string;
                    title: string;
                    areaId: string & (unknown & unknown);
                    /** @enum {string} */
                    priority: "priority" | "normal" | "filler";
                    /**
                     * Format: date-time
                     * @description Instant, ISO 8601 in UTC
                     */
                    startAt: string;
                    /** @enum {string} */
                    reason: "gave-way" | "suspended" | "outside-hours";
                    /** @description From when on it is silent; null: somewhere it does not sound at all */
                    cutAt: string | null;
                    /** @description Speakers on which it is left out or cut off */
                    deviceCount: number;
                }[];
            };
            /** @description Days of the horizon whose plan breaks a limit that it did not break before: it sounds all the same */
            capsBroken: {
                count: number;
                /** @description The first 200 */
                days: {
                    /** @enum {string} */
                    rule: "maxSessionsPerDay" | "maxMinutesPerSession" | "maxMinutesPerDay";
                    limit: number;
                    actual: number;
                    /**
                     * Format: date
                     * @description Calendar day, YYYY-MM-DD
                     */
                    date: string;
                    from: components["schemas"]["AreaRefInput"];
                }[];
            };
        };
        AuditEntryInput: {
            /** @description Its number in the chain */
            seq: number;
            /**
             * Format: date-time
             * @description Instant, ISO 8601 in UTC
             */
            at: string;
            /** @description Null: the server itself, or nobody knows */
            actor: {
                id: string | null;
                /** @description As it was then; of a refused sign-in, what was typed */
                userName: string | null;
                /** @description As it is now */
                displayName: string | null;
            } | null;
            onBehalfOf: {
                id: string;
                displayName: string | null;
            } | null;
            /** @description Where the request came from */
            address: string | null;
            requestId: string | null;
            /** @description Stable code */
            action: string;
            /** @description In the reader’s language */
            actionText: string;
            /** @enum {string} */
            outcome: "done" | "refused";
            /** @description Of a refusal: the code of its problem */
            reason: string | null;
            /** @description In the reader’s language, where there are words for it */
            reasonText: string | null;
            area: {
                id: string;
                name: string | null;
            } | null;
            subject: {
                type: string;
                id: string | null;
                /** @description As it is now, where one may know it */
                name: string | null;
            };
            /** @description The fields that were changed, as they were */
            before: {
                [key: string]: unknown;
            } | null;
            /** @description … and as they are since */
            after: {
                [key: string]: unknown;
            } | null;
            /** @description What the things are called now whose ids stand in the entry, by id; where one may know it */
            names: {
                [key: string]: string;
            };
            hash: string;
        };
        AuditPageInput: {
            /** @description Newest first */
            entries: components["schemas"]["AuditEntryInput"][];
            /** @description For `before`, to read on; null: there is no more */
            next: number | null;
        };
        AuditVerificationInput: {
            /** @description The newest entry */
            head: {
                seq: number;
                hash: string;
            } | null;
            /** @description The newest signed head */
            lastCheckpoint: {
                seq: number;
                /**
                 * Format: date-time
                 * @description Instant, ISO 8601 in UTC
                 */
                at: string;
            } | null;
            /** @description Null: not verified since the server started */
            result: {
                /**
                 * Format: date-time
                 * @description When it was verified
                 */
                at: string;
                isIntact: boolean;
                /** @description How many were verified; null when the trail is broken */
                entries: number | null;
                /** @description Entries up to here are past their retention and gone */
                droppedUpTo: number | null;
                /** @description The first row that is wrong */
                fault: {
                    table: string;
                    seq: number;
                    code: string;
                    text: string;
                } | null;
            } | null;
        };
        AccountInput: {
            id: string & (unknown & unknown);
            userName: string;
            displayName: string;
            /** @description Counts the changes of name, roles, and whether it is disabled */
            revision: number;
            hasPassword: boolean;
            hasSecondFactor: boolean;
            disabled: boolean;
            grants: {
                areaId: string & (unknown & unknown);
                /** @enum {string} */
                role: "administrator" | "province_official" | "auditor" | "editor" | "approver" | "technician";
            }[];
            /**
             * Format: date-time
             * @description Instant, ISO 8601 in UTC
             */
            createdAt: string;
        };
        SessionInput: {
            account: components["schemas"]["AccountInput"];
            csrfToken: string;
            /**
             * Format: date-time
             * @description Instant, ISO 8601 in UTC
             */
            expiresAt: string;
            actions: string[];
            /** @description Needed but not active: this session reaches only one’s own account, where it is set up */
            secondFactor: {
                needed: boolean;
                active: boolean;
            };
        };
        OwnSessionInput: {
            id: string & (unknown & unknown);
            address: string;
            userAgent: string;
            /**
             * Format: date-time
             * @description Instant, ISO 8601 in UTC
             */
            createdAt: string;
            /**
             * Format: date-time
             * @description Instant, ISO 8601 in UTC
             */
            lastSeenAt: string;
            isCurrent: boolean;
        };
        SecondFactorStateInput: {
            needed: boolean;
            active: boolean;
            since: string | null;
            recoveryCodesLeft: number;
        };
        SecondFactorOfferInput: {
            secret: string;
            otpauthUrl: string;
            qrSvg: string;
        };
        RecoveryCodesInput: {
            recoveryCodes: string[];
        };
        ConfirmedSecondFactorInput: {
            recoveryCodes: string[];
            session: components["schemas"]["SessionInput"];
        };
        InvitedAccountInput: {
            account: components["schemas"]["AccountInput"];
            signInCode: string;
            signInLink: string;
            /** @description The link as a QR code */
            qrSvg: string;
            /**
             * Format: date-time
             * @description Instant, ISO 8601 in UTC
             */
            expiresAt: string;
        };
        AccountsSummaryInput: {
            all: number;
            waiting: number;
            unprotected: number;
            disabled: number;
        };
        AccountDetailInput: {
            id: string & (unknown & unknown);
            userName: string;
            displayName: string;
            /** @description Counts the changes of name, roles, and whether it is disabled */
            revision: number;
            hasPassword: boolean;
            hasSecondFactor: boolean;
            disabled: boolean;
            grants: {
                areaId: string & (unknown & unknown);
                /** @enum {string} */
                role: "administrator" | "province_official" | "auditor" | "editor" | "approver" | "technician";
            }[];
            /**
             * Format: date-time
             * @description Instant, ISO 8601 in UTC
             */
            createdAt: string;
            /** @description All its roles lie where one administers; else only those are told */
            isWhollyYours: boolean;
            secondFactorSince: string | null;
            /** @description When an administrator took a lost second factor away last */
            secondFactorReset: {
                /**
                 * Format: date-time
                 * @description Instant, ISO 8601 in UTC
                 */
                at: string;
                /** @description Null: the operator on the server */
                byName: string | null;
            } | null;
            /** @description A one-time sign-in link that was made and not used yet; the link itself is shown only once */
            openLink: {
                /**
                 * Format: date-time
                 * @description Instant, ISO 8601 in UTC
                 */
                at: string;
                /** @description Null: the operator on the server */
                byName: string | null;
                /**
                 * Format: date-time
                 * @description Instant, ISO 8601 in UTC
                 */
                expiresAt: string;
            } | null;
            /** @description Last use of a session that is still open */
            lastSeenAt: string | null;
        };
        AccountSessionInput: {
            id: string & (unknown & unknown);
            address: string;
            userAgent: string;
            /**
             * Format: date-time
             * @description Instant, ISO 8601 in UTC
             */
            createdAt: string;
            /**
             * Format: date-time
             * @description Instant, ISO 8601 in UTC
             */
            lastSeenAt: string;
        };
        ItemOutcomeInput: {
            deviceId: string & (unknown & unknown);
            deviceName: string;
            areaName: string;
            itemId: string & (unknown & unknown);
            title: string;
            language: string;
            /** @enum {string} */
            outcome: "played" | "partial" | "missed" | "cancelled" | "unknown";
            /** @description Null when it was played */
            reason: {
                code: string;
                /** @description In the reader’s language, with the window, the area, the person or what went first */
                text: string;
            } | null;
            startedAt: string | null;
            endedAt: string | null;
            expectedMs: number;
            heardMs: number;
            /** @description Its audio was on the device when it last reported; null: never reported */
            clipHeld: boolean | null;
        };
        DeviceExplanationInput: {
            deviceId: string & (unknown & unknown);
            deviceName: string;
            areaName: string;
            /** @enum {string} */
            outcome: "played" | "partial" | "missed" | "cancelled" | "unknown";
            /** @description The evidence in sentences, in the reader’s language */
            words: string[];
            evidence: {
                /** @description When hardware was first installed; null: never */
                enrolledAt: string | null;
                /** @description Since when no installation is in force */
                revokedAt: string | null;
                /** @description Target held at the start, by the ledger */
                heldRevision: number | null;
                /** @description When the last target before the start was taken up */
                adoptedAt: string | null;
                /** @description Target wanted now */
                wantedRevision: number | null;
                /** @description Target of which the device last told what it holds */
                readyRevision: number | null;
                readyAt: string | null;
                /** @description Last connection that began before the start */
                connectedBefore: {
                    /**
                     * Format: date-time
                     * @description Instant, ISO 8601 in UTC
                     */
                    beganAt: string;
                    /** @description Null while it lasts */
                    endedAt: string | null;
                } | null;
                /** @description First connection that began after the start */
                connectedAfter: {
                    /**
                     * Format: date-time
                     * @description Instant, ISO 8601 in UTC
                     */
                    beganAt: string;
                    /** @description Null while it lasts */
                    endedAt: string | null;
                } | null;
                outage: {
                    /**
                     * Format: date-time
                     * @description Instant, ISO 8601 in UTC
                     */
                    from: string;
                    /**
                     * Format: date-time
                     * @description Instant, ISO 8601 in UTC
                     */
                    until: string;
                    cleanShutdown: boolean;
                } | null;
                /** @description How far the device trusted its clock then */
                clock: ("trusted" | "unconfirmed" | "untrusted") | null;
                /** @description At which it played; else as last reported */
                volumePercent: number | null;
                /** @description The ledger holds everything up to here */
                completeUntil: string | null;
                /** @description At most 40 */
                entries: {
                    ledgerId: string & (unknown & unknown);
                    seq: number;
                    type: string;
                    /**
                     * Format: date-time
                     * @description Instant, ISO 8601 in UTC
                     */
                    at: string;
                    /** @enum {string} */
                    clock: "trusted" | "unconfirmed" | "untrusted";
                    targetRevision: number;
                    itemId: (string & (unknown & unknown)) | null;
                    language: string | null;
                    outcome: string | null;
                    reason: string | null;
                    heardMs: number | null;
                    volumePercent: number | null;
                }[];
            };
        };
        OccurrenceDetailInput: {
            id: string;
            broadcastId: string & (unknown & unknown);
            /** @description That of its broadcast: for a change of this occurrence too */
            revision: number;
            title: string;
            areaId: string & (unknown & unknown);
            areaName: string;
            /** @enum {string} */
            priority: "priority" | "normal" | "filler";
            /**
             * Format: date-time
             * @description As it is planned
             */
            startAt: string;
            /**
             * Format: date-time
             * @description As it is planned
             */
            endAt: string;
            /**
             * Format: date-time
             * @description When it really sounds first: it may queue, or follow something; nowhere: as planned
             */
            soundsFrom: string;
            /**
             * Format: date-time
             * @description When the last device is to end it, with the time in which it is held
             */
            soundsUntil: string;
            /** @description Devices on which it is not as planned, by when it sounds there; at most 20. Empty: everywhere as planned */
            elsewhen: {
                /**
                 * Format: date-time
                 * @description Instant, ISO 8601 in UTC
                 */
                startAt: string;
                /**
                 * Format: date-time
                 * @description Instant, ISO 8601 in UTC
                 */
                endAt: string;
                /** @description Why it does not sound there */
                leftOut: ("gave-way" | "suspended" | "outside-hours") | null;
                devices: number;
            }[];
            /** @description The suspension that silences it, on some devices or all; null: none */
            suspended: {
                reason: string;
                areaName: string;
                /**
                 * Format: date-time
                 * @description Instant, ISO 8601 in UTC
                 */
                until: string;
            } | null;
            /** @description When its series has it; null: it was not moved */
            movedFromAt: string | null;
            /**
             * @description By when it really sounds; suspended, left-out: on no device, as the plan has it
             * @enum {string}
             */
            state: "planned" | "not-approved" | "playing" | "ended" | "cancelled" | "suspended" | "left-out";
            /** @description `expected` is the sum of all but `playing` */
            devices: {
                expected: number;
                /** @description Of those that are not known yet */
                playing: number;
                played: number;
                partial: number;
                missed: number;
                /** @description It was cancelled or stopped before it came to them */
                cancelled: number;
                /** @description The plan leaves it out there: `elsewhen` says why */
                leftOut: number;
                /** @description To come, on air, or not reported yet */
                unknown: number;
            };
            /**
             * Format: date-time
             * @description Instant, ISO 8601 in UTC
             */
            asOf: string;
            /** @description Why none of it sounds, or it ended early: by whom and when it was cancelled or stopped, which area is silent */
            why: {
                code: string;
                text: string;
            } | null;
            /** @description Over all devices, whatever the page */
            reasons: {
                /** @enum {string} */
                outcome: "played" | "partial" | "missed" | "cancelled" | "unknown";
                /** @description Null when it was played */
                reason: {
                    code: string;
                    /** @description In the reader’s language, with the window, the area, the person or what went first */
                    text: string;
                } | null;
                items: number;
                devices: number;
            }[];
            /** @description Of the devices of this page */
            items: components["schemas"]["ItemOutcomeInput"][];
            /** @description Of the devices of this page, by area and name */
            explanations: components["schemas"]["DeviceExplanationInput"][];
            /** @description `after` of the next page; null: this is the last one */
            next: (string & (unknown & unknown)) | null;
        };
        DeviceInput: {
            id: string & (unknown & unknown);
            areaId: string & (unknown & unknown);
            areaName: string;
            name: string;
            /** @description Counts the changes of what people set */
            revision: number;
            volumePercent: number;
            muted: boolean;
            /** @description What the amplifier and the horn stand: nothing sounds louder */
            maxVolumePercent: number;
            /** @description Emergencies sound at least this loud, never above the maximum */
            emergencyVolumePercent: number;
            /** @description Most wanted first (BCP 47), each once; empty: those of its area */
            languages: string[];
            /** @description WGS 84; null until somebody has said where the pole stands */
            latitude: number | null;
            longitude: number | null;
            /** @enum {string} */
            status: "never-enrolled" | "online" | "offline" | "revoked";
            since: string | null;
            lastSeenAt: string | null;
            playing: {
                occurrenceId: string | null;
                alertId: string | null;
                /**
                 * Format: date-time
                 * @description Instant, ISO 8601 in UTC
                 */
                startedAt: string;
                /**
                 * Format: date-time
                 * @description Instant, ISO 8601 in UTC
                 */
                endsAt: string;
            } | null;
            agentVersion: string | null;
            /** @description Its clock minus the server’s, when it last said hello */
            clockOffsetMs: number | null;
            /** @description How far the device trusted its clock when it last said hello, and what that rests on */
            clock: {
                /** @enum {string} */
                state: "trusted" | "unconfirmed" | "untrusted";
                evidence: string | null;
            } | null;
            /** @description What the device says it does, which follows what was set */
            reported: {
                volumePercent: number;
                muted: boolean;
            } | null;
            health: {
                temperatureC: number | null;
                diskFreeBytes: number | null;
                diskTotalBytes: number | null;
                memoryRssBytes: number;
                uptimeS: number;
                sink: {
                    kind: string;
                    /** @enum {string} */
                    state: "open" | "failed" | "reopening" | "starting";
                    detail: string;
                };
                xruns: number;
                /** @description Quality of its wireless link; null where it has none, or it cannot be measured */
                signalPercent?: number | null;
            } | null;
            alarms: {
                id: string & (unknown & unknown);
                code: ("sound-device-failed" | "disk-full" | "clock-untrusted" | "hardware-changed" | "state-corrupt" | "horizon-ended" | "horizon-ending" | "clip-corrupt" | "amplifier-failed" | "ledger-forked" | "ledger-replaced" | "ledgers-exhausted" | "unscheduled-sound") | string;
                detail: string;
                /**
                 * Format: date-time
                 * @description Instant, ISO 8601 in UTC
                 */
                raisedAt: string;
                /** @description May mean tampering: stays until somebody acknowledges it */
                isSecurity: boolean;
                acknowledgedAt: string | null;
                /** @description Display name */
                acknowledgedBy: string | null;
            }[];
            target: {
                wantedRevision: number;
                heldRevision: number | null;
                clipsMissing: number | null;
            };
        };
        DeviceChangedInput: {
            id: string & (unknown & unknown);
            areaId: string & (unknown & unknown);
            areaName: string;
            name: string;
            /** @description Counts the changes of what people set */
            revision: number;
            volumePercent: number;
            muted: boolean;
            /** @description What the amplifier and the horn stand: nothing sounds louder */
            maxVolumePercent: number;
            /** @description Emergencies sound at least this loud, never above the maximum */
            emergencyVolumePercent: number;
            /** @description Most wanted first (BCP 47), each once; empty: those of its area */
            languages: string[];
            /** @description WGS 84; null until somebody has said where the pole stands */
            latitude: number | null;
            longitude: number | null;
            /** @enum {string} */
            status: "never-enrolled" | "online" | "offline" | "revoked";
            since: string | null;
            lastSeenAt: string | null;
            playing: {
                occurrenceId: string | null;
                alertId: string | null;
                /**
                 * Format: date-time
                 * @description Instant, ISO 8601 in UTC
                 */
                startedAt: string;
                /**
                 * Format: date-time
                 * @description Instant, ISO 8601 in UTC
                 */
                endsAt: string;
            } | null;
            agentVersion: string | null;
            /** @description Its clock minus the server’s, when it last said hello */
            clockOffsetMs: number | null;
            /** @description How far the device trusted its clock when it last said hello, and what that rests on */
            clock: {
                /** @enum {string} */
                state: "trusted" | "unconfirmed" | "untrusted";
                evidence: string | null;
            } | null;
            /** @description What the device says it does, which follows what was set */
            reported: {
                volumePercent: number;
                muted: boolean;
            } | null;
            health: {
                temperatureC: number | null;
                diskFreeBytes: number | null;
                diskTotalBytes: number | null;
                memoryRssBytes: number;
                uptimeS: number;
                sink: {
                    kind: string;
                    /** @enum {string} */
                    state: "open" | "failed" | "reopening" | "starting";
                    detail: string;
                };
                xruns: number;
                /** @description Quality of its wireless link; null where it has none, or it cannot be measured */
                signalPercent?: number | null;
            } | null;
            alarms: {
                id: string & (unknown & unknown);
                code: ("sound-device-failed" | "disk-full" | "clock-untrusted" | "hardware-changed" | "state-corrupt" | "horizon-ended" | "horizon-ending" | "clip-corrupt" | "amplifier-failed" | "ledger-forked" | "ledger-replaced" | "ledgers-exhausted" | "unscheduled-sound") | string;
                detail: string;
                /**
                 * Format: date-time
                 * @description Instant, ISO 8601 in UTC
                 */
                raisedAt: string;
                /** @description May mean tampering: stays until somebody acknowledges it */
                isSecurity: boolean;
                acknowledgedAt: string | null;
                /** @description Display name */
                acknowledgedBy: string | null;
            }[];
            target: {
                wantedRevision: number;
                heldRevision: number | null;
                clipsMissing: number | null;
            };
            /** @description What no longer fits after a change of its languages */
            impact: components["schemas"]["MoveImpactInput"];
        };
        DeviceDetailInput: {
            id: string & (unknown & unknown);
            areaId: string & (unknown & unknown);
            areaName: string;
            name: string;
            /** @description Counts the changes of what people set */
            revision: number;
            volumePercent: number;
            muted: boolean;
            /** @description What the amplifier and the horn stand: nothing sounds louder */
            maxVolumePercent: number;
            /** @description Emergencies sound at least this loud, never above the maximum */
            emergencyVolumePercent: number;
            /** @description Most wanted first (BCP 47), each once; empty: those of its area */
            languages: string[];
            /** @description WGS 84; null until somebody has said where the pole stands */
            latitude: number | null;
            longitude: number | null;
            /** @enum {string} */
            status: "never-enrolled" | "online" | "offline" | "revoked";
            since: string | null;
            lastSeenAt: string | null;
            playing: {
                occurrenceId: string | null;
                alertId: string | null;
                /**
                 * Format: date-time
                 * @description Instant, ISO 8601 in UTC
                 */
                startedAt: string;
                /**
                 * Format: date-time
                 * @description Instant, ISO 8601 in UTC
                 */
                endsAt: string;
            } | null;
            agentVersion: string | null;
            /** @description Its clock minus the server’s, when it last said hello */
            clockOffsetMs: number | null;
            /** @description How far the device trusted its clock when it last said hello, and what that rests on */
            clock: {
                /** @enum {string} */
                state: "trusted" | "unconfirmed" | "untrusted";
                evidence: string | null;
            } | null;
            /** @description What the device says it does, which follows what was set */
            reported: {
                volumePercent: number;
                muted: boolean;
            } | null;
            health: {
                temperatureC: number | null;
                diskFreeBytes: number | null;
                diskTotalBytes: number | null;
                memoryRssBytes: number;
                uptimeS: number;
                sink: {
                    kind: string;
                    /** @enum {string} */
                    state: "open" | "failed" | "reopening" | "starting";
                    detail: string;
                };
                xruns: number;
                /** @description Quality of its wireless link; null where it has none, or it cannot be measured */
                signalPercent?: number | null;
            } | null;
            alarms: {
                id: string & (unknown & unknown);
                code: ("sound-device-failed" | "disk-full" | "clock-untrusted" | "hardware-changed" | "state-corrupt" | "horizon-ended" | "horizon-ending" | "clip-corrupt" | "amplifier-failed" | "ledger-forked" | "ledger-replaced" | "ledgers-exhausted" | "unscheduled-sound") | string;
                detail: string;
                /**
                 * Format: date-time
                 * @description Instant, ISO 8601 in UTC
                 */
                raisedAt: string;
                /** @description May mean tampering: stays until somebody acknowledges it */
                isSecurity: boolean;
                acknowledgedAt: string | null;
                /** @description Display name */
                acknowledgedBy: string | null;
            }[];
            target: {
                wantedRevision: number;
                heldRevision: number | null;
                clipsMissing: number | null;
            };
            /** @description Of the computer that is installed now */
            hardwareSerial: string | null;
            /** @description When that was installed */
            enrolledAt: string | null;
            /** @description To which it belongs, by name */
            groups: {
                id: string & (unknown & unknown);
                name: string;
            }[];
        };
        RevokedDeviceInput: {
            id: string & (unknown & unknown);
            areaId: string & (unknown & unknown);
            areaName: string;
            name: string;
            /** @description Counts the changes of what people set */
            revision: number;
            volumePercent: number;
            muted: boolean;
            /** @description What the amplifier and the horn stand: nothing sounds louder */
            maxVolumePercent: number;
            /** @description Emergencies sound at least this loud, never above the maximum */
            emergencyVolumePercent: number;
            /** @description Most wanted first (BCP 47), each once; empty: those of its area */
            languages: string[];
            /** @description WGS 84; null until somebody has said where the pole stands */
            latitude: number | null;
            longitude: number | null;
            /** @enum {string} */
            status: "never-enrolled" | "online" | "offline" | "revoked";
            since: string | null;
            lastSeenAt: string | null;
            playing: {
                occurrenceId: string | null;
                alertId: string | null;
                /**
                 * Format: date-time
                 * @description Instant, ISO 8601 in UTC
                 */
                startedAt: string;
                /**
                 * Format: date-time
                 * @description Instant, ISO 8601 in UTC
                 */
                endsAt: string;
            } | null;
            agentVersion: string | null;
            /** @description Its clock minus the server’s, when it last said hello */
            clockOffsetMs: number | null;
            /** @description How far the device trusted its clock when it last said hello, and what that rests on */
            clock: {
                /** @enum {string} */
                state: "trusted" | "unconfirmed" | "untrusted";
                evidence: string | null;
            } | null;
            /** @description What the device says it does, which follows what was set */
            reported: {
                volumePercent: number;
                muted: boolean;
            } | null;
            health: {
                temperatureC: number | null;
                diskFreeBytes: number | null;
                diskTotalBytes: number | null;
                memoryRssBytes: number;
                uptimeS: number;
                sink: {
                    kind: string;
                    /** @enum {string} */
                    state: "open" | "failed" | "reopening" | "starting";
                    detail: string;
                };
                xruns: number;
                /** @description Quality of its wireless link; null where it has none, or it cannot be measured */
                signalPercent?: number | null;
            } | null;
            alarms: {
                id: string & (unknown & unknown);
                code: ("sound-device-failed" | "disk-full" | "clock-untrusted" | "hardware-changed" | "state-corrupt" | "horizon-ended" | "horizon-ending" | "clip-corrupt" | "amplifier-failed" | "ledger-forked" | "ledger-replaced" | "ledgers-exhausted" | "unscheduled-sound") | string;
                detail: string;
                /**
                 * Format: date-time
                 * @description Instant, ISO 8601 in UTC
                 */
                raisedAt: string;
                /** @description May mean tampering: stays until somebody acknowledges it */
                isSecurity: boolean;
                acknowledgedAt: string | null;
                /** @description Display name */
                acknowledgedBy: string | null;
            }[];
            target: {
                wantedRevision: number;
                heldRevision: number | null;
                clipsMissing: number | null;
            };
            /** @description False: it is revoked, and the external broker, which could not be reached, is told when it is back */
            isBrokerTold: boolean;
        };
        RetiredDeviceInput: {
            id: string & (unknown & unknown);
            name: string;
            areaId: string & (unknown & unknown);
            areaName: string;
            /**
             * Format: date-time
             * @description Instant, ISO 8601 in UTC
             */
            retiredAt: string;
        };
        DeviceRetiredInput: {
            id: string & (unknown & unknown);
            name: string;
            areaId: string & (unknown & unknown);
            areaName: string;
            /**
             * Format: date-time
             * @description Instant, ISO 8601 in UTC
             */
            retiredAt: string;
            /** @description False: it is revoked, and the external broker, which could not be reached, is told when it is back */
            isBrokerTold: boolean;
        };
        EnrolmentCodeInput: {
            code: string;
            /**
             * Format: date-time
             * @description Instant, ISO 8601 in UTC
             */
            expiresAt: string;
            qrSvg: string;
            command: string;
            replaces: boolean;
        };
        DeviceCommandInput: {
            id: string & (unknown & unknown);
            kind: string;
            /**
             * Format: date-time
             * @description Instant, ISO 8601 in UTC
             */
            issuedAt: string;
            /**
             * Format: date-time
             * @description Instant, ISO 8601 in UTC
             */
            expiresAt: string;
            /** @enum {string} */
            outcome: "pending" | "done" | "refused" | "expired";
            outcomeAt: string | null;
        };
        DeviceSettingsAnswerInput: {
            /** @description As each was before, with its revision now: sent back, it takes the change back */
            changed: {
                id: string & (unknown & unknown);
                volumePercent: number;
                muted: boolean;
                revision: number;
            }[];
            skipped: {
                deviceId: string & (unknown & unknown);
                /** @enum {string} */
                code: "unchanged" | "changed-meanwhile" | "above-max" | "not-connected" | "never-enrolled" | "revoked";
                /** @description In the reader’s language */
                text: string;
            }[];
        };
        DeviceCommandsAnswerInput: {
            /** @description Those that were sent */
            commands: {
                id: string & (unknown & unknown);
                kind: string;
                /**
                 * Format: date-time
                 * @description Instant, ISO 8601 in UTC
                 */
                issuedAt: string;
                /**
                 * Format: date-time
                 * @description Instant, ISO 8601 in UTC
                 */
                expiresAt: string;
                /** @enum {string} */
                outcome: "pending" | "done" | "refused" | "expired";
                outcomeAt: string | null;
                deviceId: string & (unknown & unknown);
            }[];
            skipped: {
                deviceId: string & (unknown & unknown);
                /** @enum {string} */
                code: "unchanged" | "changed-meanwhile" | "above-max" | "not-connected" | "never-enrolled" | "revoked";
                /** @description In the reader’s language */
                text: string;
            }[];
        };
        DevicesSummaryInput: {
            /** @description What stands in each area itself, not below it; areas without any are left out */
            areas: {
                areaId: string & (unknown & unknown);
                devices: number;
                online: number;
                offline: number;
                neverEnrolled: number;
                revoked: number;
                /** @description Devices that have an alarm */
                alarms: number;
                muted: number;
                /** @description Devices of which nobody has said where they stand */
                unplaced: number;
            }[];
        };
        DevicePlacesInput: {
            places: {
                id: string & (unknown & unknown);
                name: string;
                areaId: string & (unknown & unknown);
                /** @enum {string} */
                status: "never-enrolled" | "online" | "offline" | "revoked";
                alarms: number;
                latitude: number;
                longitude: number;
            }[];
        };
        DeviceGroupInput: {
            id: string & (unknown & unknown);
            area: {
                id: string & (unknown & unknown);
                name: string;
            };
            name: string;
            /** @description Counts its changes, those of its members too */
            revision: number;
            deviceIds: (string & (unknown & unknown))[];
            /** @description It stays on record; nothing can be aimed at it any more */
            removedAt: string | null;
        };
        DeviceGroupChangedInput: {
            id: string & (unknown & unknown);
            area: {
                id: string & (unknown & unknown);
                name: string;
            };
            name: string;
            /** @description Counts its changes, those of its members too */
            revision: number;
            deviceIds: (string & (unknown & unknown))[];
            /** @description It stays on record; nothing can be aimed at it any more */
            removedAt: string | null;
            /** @description What no longer fits on the speakers that were put in or taken out */
            impact: components["schemas"]["MoveImpactInput"];
        };
        DeviceHealthInput: {
            /**
             * Format: date-time
             * @description Instant, ISO 8601 in UTC
             */
            from: string;
            /**
             * Format: date-time
             * @description Instant, ISO 8601 in UTC
             */
            to: string;
            /** @description The worst of each hour; hours in which it was not heard are missing */
            hours: {
                /**
                 * Format: date-time
                 * @description Where the hour begins
                 */
                at: string;
                /** @description How often it told of itself; twice a minute while it is connected */
                reports: number;
                maxTemperatureC: number | null;
                minDiskFreeBytes: number | null;
                maxMemoryRssBytes: number | null;
                minSignalPercent: number | null;
                /** @description Its clock minus the server’s */
                worstClockOffsetMs: number | null;
                /** @description Interruptions of the sound */
                xruns: number;
            }[];
            /** @description That touch this time, newest first, at most 200 */
            connections: {
                /**
                 * Format: date-time
                 * @description Instant, ISO 8601 in UTC
                 */
                beganAt: string;
                /** @description Null while it lasts */
                endedAt: string | null;
            }[];
        };
        DevicePlayInput: {
            /**
             * @description `unplanned`: no plan that is known explains it
             * @enum {string}
             */
            kind: "broadcast" | "alert" | "unplanned";
            occurrenceId: string | null;
            alertId: (string & (unknown & unknown)) | null;
            title: string | null;
            language: string | null;
            /**
             * Format: date-time
             * @description Instant, ISO 8601 in UTC
             */
            plannedStartAt: string;
            startedAt: string | null;
            endedAt: string | null;
            expectedMs: number | null;
            heardMs: number;
            volumePercent: number | null;
            /** @enum {string} */
            outcome: "played" | "partial" | "missed" | "cancelled" | "unknown";
            /** @description Why it was not heard, or not to its end; null when it was */
            reason: {
                code: string;
                /** @description In the reader’s language */
                text: string;
            } | null;
        };
        DevicePlaysInput: {
            /** @description By when they were to begin, newest first */
            plays: components["schemas"]["DevicePlayInput"][];
            /** @description `before` of the next page; null: there is nothing older */
            next: string | null;
        };
        PreviewEntryInput: {
            occurrenceId: string;
            broadcastId: string & (unknown & unknown);
            title: string;
            /** @description Whose broadcast it is */
            areaId: string & (unknown & unknown);
            areaName: string;
            /** @enum {string} */
            priority: "priority" | "normal" | "filler";
            /** @description By which recurrence it airs; null: once */
            rule: string | null;
            /**
             * Format: date-time
             * @description Instant, ISO 8601 in UTC
             */
            plannedStartAt: string;
            /**
             * Format: date-time
             * @description Instant, ISO 8601 in UTC
             */
            startAt: string;
            /**
             * Format: date-time
             * @description When it ends on these devices; where it is cut off for good, then
             */
            endAt: string;
            /** @description Why it does not sound on these devices (`no-room`: their day has 500 already; `not-approved`: nothing of it is approved yet); null: it does */
            leftOut: ("gave-way" | "suspended" | "outside-hours" | "stopped" | "no-room" | "not-approved") | null;
            /** @description Bulletins of it that do not air as things stand: times, places and items are those with all of them */
            notApproved: components["schemas"]["AwaitedBulletinInput"][];
            /** @description Where the end of permitted hours or a suspension silences it; null: it sounds whole, or not at all */
            cut: {
                /**
                 * Format: date-time
                 * @description Instant, ISO 8601 in UTC
                 */
                at: string;
                /** @enum {string} */
                by: "suspended" | "outside-hours";
            } | null;
            /** @description Why it begins later than planned */
            movedBy: ("queue" | "follow") | null;
            /** @description What it comes behind or gave way to */
            behind: {
                occurrenceId: string;
                title: string;
            } | null;
            items: {
                title: string;
                languages: string[];
            }[];
            /** @description Clips at its end that do not sound: an occurrence has room for 200 */
            clipsWithoutRoom: number;
            devices: number;
            /** @description At most 100 */
            areas: {
                areaId: string & (unknown & unknown);
                areaName: string;
                devices: number;
            }[];
            /** @description At most 100 */
            deviceIds: (string & (unknown & unknown))[];
            /** @description Per cent of what the hardware gives, quietest to loudest */
            volume: {
                from: number;
                to: number;
            };
        };
        PreviewInput: {
            /**
             * Format: date-time
             * @description Instant, ISO 8601 in UTC
             */
            from: string;
            /**
             * Format: date-time
             * @description Instant, ISO 8601 in UTC
             */
            to: string;
            timeZone: string;
            /** @description In service in the area and below */
            devices: number;
            entries: components["schemas"]["PreviewEntryInput"][];
        };
        AreaOrderInput: {
            broadcastIds: (string & (unknown & unknown))[];
        };
        AreaOrderShownInput: {
            broadcastIds: (string & (unknown & unknown))[];
            /** @description Another one for every other order */
            revision: string;
        };
        ServerInput: {
            /**
             * Format: date-time
             * @description Instant, ISO 8601 in UTC
             */
            time: string;
            version: string;
            /** @description Zone in which the console shows times */
            zone: string;
        };
        SigningKeyInput: {
            /** @constant */
            kty: "OKP";
            /** @constant */
            crv: "Ed25519";
            x: string;
            /** @description SHA-256 thumbprint (RFC 7638), as in the header of what it signed */
            kid: string;
            /** @constant */
            use: "sig";
            /** @constant */
            alg: "EdDSA";
            /** @description It signs since this second; absent: since the first start */
            iat?: number;
            /** @description It signed until this second; absent: it is in force */
            exp?: number;
            /** @description The recovery key took its place: what it signed counts no more */
            revoked?: {
                revoked_at: number;
                /** @constant */
                reason: "compromised";
            };
        };
        BulletinAiringsInput: {
            /** @description Speakers that will play it */
            devices: number;
            /** @description Of these, offline now */
            offline: number;
            /** @description Where most of them are first, at most 20 */
            areas: {
                areaId: string & (unknown & unknown);
                areaName: string;
                devices: number;
            }[];
            areaCount: number;
            /** @description How often it is to sound within 7 days */
            weekCount: number;
            /** @description How long it sounds in these 7 days, on a speaker that plays all of it */
            weekMs: number;
            /** @description The next ones within 60 days, at most 5 */
            next: {
                occurrenceId: string;
                broadcastId: string & (unknown & unknown);
                /** @description Of its programme */
                title: string;
                areaName: string;
                /**
                 * Format: date-time
                 * @description Instant, ISO 8601 in UTC
                 */
                startAt: string;
                devices: number;
            }[];
            /** @description What the broadcasts meet that play it, resolved by the rules; of the 3 that begin first, at most 5 */
            conflicts: components["schemas"]["PlanConflictInput"][];
        };
        UploadInput: {
            /** @description Also the clip’s, once the last byte is there */
            id: string & (unknown & unknown);
            areaId: string & (unknown & unknown);
            name: string;
            /** @enum {string} */
            source: "upload" | "recording";
            bytes: number;
            /** @description On the disk, so that they survive a power cut */
            receivedBytes: number;
            /**
             * Format: date-time
             * @description Until when it can go on; each piece postpones it
             */
            expiresAt: string;
            /** @description The clip that it became */
            clipId: (string & (unknown & unknown)) | null;
        };
        NotHeardInput: {
            /**
             * @description missed: not at all; partial: not to its end; unknown: not reported yet
             * @enum {string}
             */
            outcome: "missed" | "partial" | "unknown";
            reason: {
                code: string;
                /** @description In the reader’s language */
                text: string;
            };
            /** @description Each once, as `GET /today/not-heard` lists them */
            devices: number;
            occurrences: number;
            /** @description Occurrences with most devices first, at most 3 */
            examples: {
                id: string;
                title: string;
                areaId: string & (unknown & unknown);
                /**
                 * Format: date-time
                 * @description Instant, ISO 8601 in UTC
                 */
                startAt: string;
                devices: number;
            }[];
            /** @description Some of them, at most 3 */
            speakers: {
                id: string & (unknown & unknown);
                name: string;
                areaName: string;
            }[];
        };
        AwaitingApprovalInput: {
            bulletinId: string & (unknown & unknown);
            title: string;
            /**
             * @description approved: its audio is not ready
             * @enum {string}
             */
            state: "draft" | "pending" | "approved" | "returned";
            /**
             * Format: date-time
             * @description When it is to sound first
             */
            startAt: string;
            occurrences: number;
            /** @description The reader may open it: it is none of an area above */
            isReadable: boolean;
        };
        TroublesInput: {
            /**
             * Format: date-time
             * @description Instant, ISO 8601 in UTC
             */
            asOf: string;
            /** @description Of what has ended on this local day; at most 12, most devices first */
            notHeard: components["schemas"]["NotHeardInput"][];
            /** @description Within the next 24 hours, and not approved; at most 10, the soonest first */
            awaiting: components["schemas"]["AwaitingApprovalInput"][];
            awaitingTotal: number;
            /** @description Within the next 24 hours; at most 10, most devices first */
            missingLanguages: {
                bulletinId: string & (unknown & unknown);
                title: string;
                language: string;
                /** @description Speakers that ask for it and will play another language */
                devices: number;
                /**
                 * Format: date-time
                 * @description Instant, ISO 8601 in UTC
                 */
                startAt: string;
                isReadable: boolean;
            }[];
            /** @description In force, or within the next 24 hours; at most 10 */
            suspensions: {
                areaId: string & (unknown & unknown);
                areaName: string;
                reason: string;
                /**
                 * Format: date-time
                 * @description Instant, ISO 8601 in UTC
                 */
                from: string;
                /**
                 * Format: date-time
                 * @description Instant, ISO 8601 in UTC
                 */
                until: string;
            }[];
            offline: {
                devices: number;
                /** @description Of the longest one */
                since: string | null;
                /** @description Some of them, at most 3 */
                speakers: {
                    id: string & (unknown & unknown);
                    name: string;
                    areaName: string;
                }[];
            };
            muted: {
                devices: number;
                /** @description Some of them, at most 3 */
                speakers: {
                    id: string & (unknown & unknown);
                    name: string;
                    areaName: string;
                }[];
            };
            alarms: {
                /** @description That have any */
                devices: number;
                byCode: {
                    code: string;
                    devices: number;
                    /** @description Some of them, at most 3 */
                    speakers: {
                        id: string & (unknown & unknown);
                        name: string;
                        areaName: string;
                    }[];
                }[];
            };
            /** @description Bulletins that were returned and that the reader may mend */
            returned: number;
        };
        NotHeardDevicesInput: {
            reason: {
                code: string;
                /** @description In the reader’s language */
                text: string;
            };
            total: number;
            devices: {
                id: string & (unknown & unknown);
                name: string;
                areaName: string;
                online: boolean;
                muted: boolean;
                /** @description At most 5 */
                occurrences: {
                    id: string;
                    title: string;
                    /**
                     * Format: date-time
                     * @description Instant, ISO 8601 in UTC
                     */
                    startAt: string;
                }[];
            }[];
            next: (string & (unknown & unknown)) | null;
        };
        SigningKeysInput: {
            keys: components["schemas"]["SigningKeyInput"][];
        };
        Problem: {
            /** @description Identifies the kind of problem: urn:loaxa:problem:<code> */
            type: string;
            /** @description What happened, what it means and what to do, in the reader’s language */
            title: string;
            status: number;
            /** @description Stable code for programs */
            code: string;
            requestId: string;
            /** @description What programs want to know besides */
            facts?: {
                [key: string]: unknown;
            };
        };
        Target: {
            /** @enum {string} */
            kind: "area" | "group" | "device";
            id: string & (unknown & unknown);
            /** @default false */
            isExcluded: boolean;
        };
        Readiness: {
            /** @description Devices that are to play it */
            total: number;
            /** @description Hold the wanted target and all clips of the next occurrence */
            ready: number;
            offline: number;
        };
        Broadcast: {
            id: string & (unknown & unknown);
            programmeId: string & (unknown & unknown);
            title: string;
            /** @description Counts the changes of the series and of its occurrences */
            revision: number;
            areaId: string & (unknown & unknown);
            areaName: string;
            /** @enum {string} */
            priority: "priority" | "normal" | "filler";
            rule: string | null;
            /**
             * Format: date
             * @description Calendar day, YYYY-MM-DD
             */
            firstDate: string;
            lastDate: string | null;
            localTimes: string[];
            extraDates: string[];
            exceptDates: string[];
            timeZone: string;
            /** @description Those within or above the reader’s areas */
            targets: components["schemas"]["Target"][];
            /**
             * @description The first of a device’s languages that is there, or each of them
             * @enum {string}
             */
            languageMode: "first" | "each";
            /**
             * @description A device that is ready only after the start joins, begins anew, or leaves it out
             * @enum {string}
             */
            lateStart: "join" | "restart" | "skip";
            /**
             * @description queue: at the next permitted, free time of its day, in each commune; a province’s priority ones only
             * @enum {string}
             */
            placement: "fixed" | "queue";
            /**
             * @description Where something that goes first sounds at its time: follow on, or be left out there
             * @enum {string}
             */
            onConflict: "follow" | "drop";
            /** @description Not on public holidays and those of its area’s calendar */
            skipHolidays: boolean;
            /** @description How many more targets lie in areas that the reader does not see */
            targetsElsewhere: number;
            durationMs: number;
            nextStartAt: string | null;
            allApproved: boolean;
            cancelledAt: string | null;
            /** @description From this start on the series ends, or goes on in another broadcast */
            continuedAt: string | null;
            continuedById: (string & (unknown & unknown)) | null;
            readiness: components["schemas"]["Readiness"];
        };
        Occurrence: {
            id: string;
            broadcastId: string & (unknown & unknown);
            /** @description That of its broadcast: for a change of this occurrence too */
            revision: number;
            title: string;
            areaId: string & (unknown & unknown);
            areaName: string;
            /** @enum {string} */
            priority: "priority" | "normal" | "filler";
            /**
             * Format: date-time
             * @description As it is planned
             */
            startAt: string;
            /**
             * Format: date-time
             * @description As it is planned
             */
            endAt: string;
            /**
             * Format: date-time
             * @description When it really sounds first: it may queue, or follow something; nowhere: as planned
             */
            soundsFrom: string;
            /**
             * Format: date-time
             * @description When the last device is to end it, with the time in which it is held
             */
            soundsUntil: string;
            /** @description Devices on which it is not as planned, by when it sounds there; at most 20. Empty: everywhere as planned */
            elsewhen: {
                /**
                 * Format: date-time
                 * @description Instant, ISO 8601 in UTC
                 */
                startAt: string;
                /**
                 * Format: date-time
                 * @description Instant, ISO 8601 in UTC
                 */
                endAt: string;
                /** @description Why it does not sound there */
                leftOut: ("gave-way" | "suspended" | "outside-hours") | null;
                devices: number;
            }[];
            /** @description The suspension that silences it, on some devices or all; null: none */
            suspended: {
                reason: string;
                areaName: string;
                /**
                 * Format: date-time
                 * @description Instant, ISO 8601 in UTC
                 */
                until: string;
            } | null;
            /** @description When its series has it; null: it was not moved */
            movedFromAt: string | null;
            /**
             * @description By when it really sounds; suspended, left-out: on no device, as the plan has it
             * @enum {string}
             */
            state: "planned" | "not-approved" | "playing" | "ended" | "cancelled" | "suspended" | "left-out";
            /** @description `expected` is the sum of all but `playing` */
            devices: {
                expected: number;
                /** @description Of those that are not known yet */
                playing: number;
                played: number;
                partial: number;
                missed: number;
                /** @description It was cancelled or stopped before it came to them */
                cancelled: number;
                /** @description The plan leaves it out there: `elsewhen` says why */
                leftOut: number;
                /** @description To come, on air, or not reported yet */
                unknown: number;
            };
        };
        Today: {
            /**
             * Format: date-time
             * @description Instant, ISO 8601 in UTC
             */
            serverTime: string;
            timeZone: string;
            /** @description Now; the last begun first, at most 20 */
            playing: components["schemas"]["Occurrence"][];
            /** @description Of the next 24 hours, by when they sound, at most 20 */
            next: components["schemas"]["Occurrence"][];
            /** @description Of this local day, newest first, at most 20 */
            ended: components["schemas"]["Occurrence"][];
            totals: {
                playing: number;
                next: number;
                ended: number;
            };
            devices: {
                total: number;
                online: number;
                offline: number;
                neverEnrolled: number;
                /** @description That say that they play a broadcast */
                playing: number;
            };
            pendingApprovals: number;
            /** @description Whether one was ever installed, somebody else may approve, one was approved, planned */
            firstSteps: {
                speaker: boolean;
                approver: boolean;
                bulletin: boolean;
                broadcast: boolean;
            };
        };
        AwaitedBulletin: {
            bulletinId: string & (unknown & unknown);
            title: string;
            /**
             * @description Of its newest revision
             * @enum {string}
             */
            state: "draft" | "pending" | "approved" | "returned";
        };
        PlanViolation: {
            /**
             * @description The last two: what a device’s plan has room for
             * @enum {string}
             */
            rule: "hours" | "maxSessionsPerDay" | "maxMinutesPerSession" | "maxMinutesPerDay" | "maxOccurrencesPerDay" | "maxClipsPerOccurrence";
            /** @description The area that set the rule; null for what devices have room for */
            areaId: (string & (unknown & unknown)) | null;
            areaName: string;
            /** @description Sessions, minutes, occurrences or clips */
            limit: number | null;
            /** @description Of hours: by how many minutes it runs over the end of those in which it begins; null: it begins outside */
            actual: number | null;
            /**
             * Format: date-time
             * @description The first start that breaks it
             */
            startAt: string;
            /** @description On how many of the days that were looked at */
            days: number;
            devices: number;
        };
        PlanWarning: {
            /**
             * @description nobodyHears: no speaker is there yet; else a rule that it breaks
             * @enum {string}
             */
            rule: "hours" | "maxSessionsPerDay" | "maxMinutesPerSession" | "maxMinutesPerDay" | "maxOccurrencesPerDay" | "maxClipsPerOccurrence" | "nobodyHears";
            /** @description The area that set the rule; null for what devices have room for */
            areaId: (string & (unknown & unknown)) | null;
            areaName: string;
            /** @description Sessions, minutes, occurrences or clips */
            limit: number | null;
            /** @description Of hours: by how many minutes it runs over the end of those in which it begins; null: it begins outside */
            actual: number | null;
            /**
             * Format: date-time
             * @description The first start that breaks it
             */
            startAt: string;
            /** @description On how many of the days that were looked at */
            days: number;
            devices: number;
            broadcastId: string & (unknown & unknown);
            title: string;
            /** @description What it is and what to do, in the reader’s language */
            text: string;
        };
        PlannedBroadcast: {
            id: string & (unknown & unknown);
            programmeId: string & (unknown & unknown);
            title: string;
            /** @description Counts the changes of the series and of its occurrences */
            revision: number;
            areaId: string & (unknown & unknown);
            areaName: string;
            /** @enum {string} */
            priority: "priority" | "normal" | "filler";
            rule: string | null;
            /**
             * Format: date
             * @description Calendar day, YYYY-MM-DD
             */
            firstDate: string;
            lastDate: string | null;
            localTimes: string[];
            extraDates: string[];
            exceptDates: string[];
            timeZone: string;
            /** @description Those within or above the reader’s areas */
            targets: components["schemas"]["Target"][];
            /**
             * @description The first of a device’s languages that is there, or each of them
             * @enum {string}
             */
            languageMode: "first" | "each";
            /**
             * @description A device that is ready only after the start joins, begins anew, or leaves it out
             * @enum {string}
             */
            lateStart: "join" | "restart" | "skip";
            /**
             * @description queue: at the next permitted, free time of its day, in each commune; a province’s priority ones only
             * @enum {string}
             */
            placement: "fixed" | "queue";
            /**
             * @description Where something that goes first sounds at its time: follow on, or be left out there
             * @enum {string}
             */
            onConflict: "follow" | "drop";
            /** @description Not on public holidays and those of its area’s calendar */
            skipHolidays: boolean;
            /** @description How many more targets lie in areas that the reader does not see */
            targetsElsewhere: number;
            durationMs: number;
            nextStartAt: string | null;
            allApproved: boolean;
            cancelledAt: string | null;
            /** @description From this start on the series ends, or goes on in another broadcast */
            continuedAt: string | null;
            continuedById: (string & (unknown & unknown)) | null;
            readiness: components["schemas"]["Readiness"];
            /** @description What is amiss though it is planned: nobody hears it yet, or it broke a rule before and does so still */
            planWarnings: components["schemas"]["PlanWarning"][];
        };
        ChangedOccurrence: {
            /** @description In which it stands now: another one after a change of this and all that follow */
            broadcast: components["schemas"]["Broadcast"];
            /** @description Its id there; null: the series has it no more */
            occurrenceId: string | null;
            /** @description That of the broadcast */
            revision: number;
            /** @description What is amiss though it is planned: nobody hears it yet, or it broke a rule before and does so still */
            planWarnings: components["schemas"]["PlanWarning"][];
        };
        PlanConflict: {
            broadcastId: string & (unknown & unknown);
            title: string;
            areaId: string & (unknown & unknown);
            areaName: string;
            /** @enum {string} */
            priority: "priority" | "normal" | "filler";
            /**
             * Format: date-time
             * @description Instant, ISO 8601 in UTC
             */
            startAt: string;
            /**
             * Format: date-time
             * @description The first occurrence that meets it
             */
            ownStartAt: string;
            days: number;
            devices: number;
            /** @description Where most devices are first, at most 100 */
            areas: {
                areaId: string & (unknown & unknown);
                areaName: string;
                devices: number;
            }[];
            outcomes: {
                /**
                 * @description Which of the two goes first
                 * @enum {string}
                 */
                first: "this" | "other";
                /**
                 * @description The other one follows on, is left out, or is held and resumed
                 * @enum {string}
                 */
                second: "follows" | "gives-way" | "held";
                /** @description When the one that follows begins */
                at: string | null;
                devices: number;
            }[];
        };
        BroadcastCheck: {
            /** @description Who hears it */
            devices: number;
            /** @description Of these, offline now */
            offline: number;
            /** @description Where most devices are first, at most 100 */
            areas: {
                areaId: string & (unknown & unknown);
                areaName: string;
                devices: number;
                offline: number;
            }[];
            areaCount: number;
            /** @description Within 60 days of its next start */
            occurrences: number;
            /** @description The first of them, at most 20 */
            startsAt: string[];
            airtime: {
                occurrenceMs: number;
                weekMs: number;
                horizonMs: number;
                horizonDays: number;
            };
            /** @description Bulletins of it that do not air as things stand: all else here counts them as if they did */
            notApproved: components["schemas"]["AwaitedBulletin"][];
            missingLanguages: {
                language: string;
                devices: number;
                titles: string[];
            }[];
            /** @description With any of these it cannot be planned */
            violations: components["schemas"]["PlanViolation"][];
            /** @description Resolved by the rules, as told */
            conflicts: components["schemas"]["PlanConflict"][];
            /** @description Where and why some of it does not sound */
            leftOut: {
                /** @enum {string} */
                reason: "suspended" | "outside-hours";
                /**
                 * Format: date-time
                 * @description Instant, ISO 8601 in UTC
                 */
                startAt: string;
                days: number;
                devices: number;
            }[];
            /** @description When its first occurrence sounds where it queues or meets others */
            places: {
                /**
                 * Format: date-time
                 * @description Instant, ISO 8601 in UTC
                 */
                startAt: string;
                devices: number;
            }[];
            /** @description When the first of what does not fit would fit for everybody */
            nextFreeAt: string | null;
            /** @description What is amiss though it is planned: nobody hears it yet, or it broke a rule before and does so still */
            planWarnings: components["schemas"]["PlanWarning"][];
        };
        Clip: {
            id: string & (unknown & unknown);
            areaId: string & (unknown & unknown);
            /** @enum {string} */
            source: "upload" | "speech" | "recording" | "trim";
            /** @enum {string} */
            state: "uploaded" | "processing" | "ready" | "rejected";
            originalName: string;
            speechText: string | null;
            speechVoice: string | null;
            /** @description What it was cut from */
            trimmedFromId: (string & (unknown & unknown)) | null;
            sha256: string | null;
            bytes: number | null;
            durationMs: number | null;
            loudnessLufs: number | null;
            peakDbfs: number | null;
            peaks: string | null;
            rejection: {
                code: string;
                /** @description In the reader’s language */
                text: string;
            } | null;
            /**
             * Format: date-time
             * @description Instant, ISO 8601 in UTC
             */
            createdAt: string;
        };
        Voice: {
            id: string;
            engine: string;
            language: string;
            name: {
                vi: string;
                en: string;
            };
        };
        Topic: {
            /** @enum {string} */
            code: "general" | "urgent" | "policy" | "administration" | "society" | "good-deeds";
            name: {
                vi: string;
                en: string;
            };
        };
        Language: {
            /** @description BCP 47 */
            code: string;
            name: {
                vi: string;
                en: string;
            };
        };
        BulletinRevision: {
            id: string & (unknown & unknown);
            number: number;
            title: string;
            /** @enum {string} */
            topic: "general" | "urgent" | "policy" | "administration" | "society" | "good-deeds";
            campaign: string | null;
            /** @description The main one: heard where a device asks for none that is there */
            language: string;
            clipId: string & (unknown & unknown);
            variants: {
                language: string;
                clipId: string & (unknown & unknown);
                /** @enum {string} */
                clipState: "uploaded" | "processing" | "ready" | "rejected";
                durationMs: number | null;
            }[];
            contentHash: string;
            /** @enum {string} */
            state: "draft" | "pending" | "approved" | "returned";
            durationMs: number | null;
            /** @enum {string} */
            clipState: "uploaded" | "processing" | "ready" | "rejected";
            authorId: string & (unknown & unknown);
            authorName: string;
            /**
             * Format: date-time
             * @description Instant, ISO 8601 in UTC
             */
            createdAt: string;
            submittedAt: string | null;
            deciderName: string | null;
            /** @description In whose place it was decided */
            onBehalfOfName: string | null;
            /** @description Approved as it was submitted, by what the decider had said before for its programmes */
            standingApproval: {
                id: string & (unknown & unknown);
                /**
                 * Format: date-time
                 * @description Instant, ISO 8601 in UTC
                 */
                validUntil: string;
            } | null;
            decidedAt: string | null;
            comment: string | null;
        };
        Bulletin: {
            id: string & (unknown & unknown);
            areaId: string & (unknown & unknown);
            /** @description Another one with every change of its content or state */
            revision: string;
            current: components["schemas"]["BulletinRevision"];
            /** @description The reader wrote, edited or submitted it, or brought its audio, and so may not approve it */
            isContributor: boolean;
            /** @description The reader may approve it: in the own right, or in that of who is away */
            mayApprove: boolean;
            /** @description In whose place the reader would approve it */
            inPlaceOfName: string | null;
        };
        BulletinCounts: {
            draft: number;
            pending: number;
            approved: number;
            returned: number;
        };
        BulletinDetail: {
            id: string & (unknown & unknown);
            areaId: string & (unknown & unknown);
            /** @description Another one with every change of its content or state */
            revision: string;
            current: components["schemas"]["BulletinRevision"];
            /** @description The reader wrote, edited or submitted it, or brought its audio, and so may not approve it */
            isContributor: boolean;
            /** @description The reader may approve it: in the own right, or in that of who is away */
            mayApprove: boolean;
            /** @description In whose place the reader would approve it */
            inPlaceOfName: string | null;
            /** @description Asked for where the bulletin is planned to sound, and not there: these speakers play another */
            missingLanguages: {
                language: string;
                /** @description How many speakers ask for it */
                devices: number;
            }[];
            /** @description What is amiss with the broadcasts in which it is planned, of the 20 made last: rules that were made after them, or that nobody hears them yet. They air all the same, within the permitted hours */
            planWarnings: components["schemas"]["PlanWarning"][];
        };
        Programme: {
            id: string & (unknown & unknown);
            areaId: string & (unknown & unknown);
            title: string;
            /** @description Counts its changes */
            revision: number;
            items: {
                itemId: string & (unknown & unknown);
                bulletinId: string & (unknown & unknown);
                title: string;
                /** @enum {string} */
                state: "draft" | "pending" | "approved" | "returned";
                durationMs: number | null;
            }[];
            durationMs: number;
            /**
             * Format: date-time
             * @description Instant, ISO 8601 in UTC
             */
            updatedAt: string;
        };
        AirtimeReport: {
            /**
             * Format: date-time
             * @description Instant, ISO 8601 in UTC
             */
            asOf: string;
            /**
             * Format: date-time
             * @description Instant, ISO 8601 in UTC
             */
            from: string;
            /**
             * Format: date-time
             * @description Instant, ISO 8601 in UTC
             */
            to: string;
            /**
             * @description `below`: the parts of the area asked for, with all that stands below them today
             * @enum {string}
             */
            by: "area" | "below" | "device" | "day" | "week" | "month" | "topic" | "campaign" | "language" | "priority";
            rows: {
                key: string;
                label: string;
                expectedMs: number;
                /** @description Heard, of what was expected */
                playedMs: number;
                /** @description Expected and certainly not heard */
                missedMs: number;
                /** @description Expected, and not yet reported by the device */
                unknownMs: number;
                /** @description Heard without a frozen plan (superseded plan, emergency) */
                extraMs: number;
                plays: number;
            }[];
            /** @description How many rows there are, shown or not */
            rowCount: number;
            total: {
                expectedMs: number;
                /** @description Heard, of what was expected */
                playedMs: number;
                /** @description Expected and certainly not heard */
                missedMs: number;
                /** @description Expected, and not yet reported by the device */
                unknownMs: number;
                /** @description Heard without a frozen plan (superseded plan, emergency) */
                extraMs: number;
                plays: number;
            };
        };
        AirtimePlay: {
            occurrenceId: string | null;
            itemId: string | null;
            /** @description Of what no frozen plan explains */
            playId: string | null;
            deviceId: string;
            deviceName: string;
            areaName: string;
            title: string | null;
            topic: string;
            campaign: string | null;
            language: string;
            languageText: string;
            priority: string;
            /**
             * Format: date-time
             * @description As planned
             */
            startAt: string;
            durationMs: number;
            heardMs: number;
            startedAt: string | null;
            endedAt: string | null;
            /** @enum {string} */
            outcome: "played" | "partial" | "missed" | "cancelled" | "unknown" | "extra";
            reason: {
                code: string;
                text: string;
            } | null;
        };
        AirtimePlays: {
            /**
             * Format: date-time
             * @description Instant, ISO 8601 in UTC
             */
            asOf: string;
            /** @description By planned start */
            plays: components["schemas"]["AirtimePlay"][];
            /** @description On the first page: heard without a frozen plan, at most 200 */
            extra: components["schemas"]["AirtimePlay"][];
            next: string | null;
        };
        AirtimeEvidence: {
            /**
             * Format: date-time
             * @description Instant, ISO 8601 in UTC
             */
            asOf: string;
            play: components["schemas"]["AirtimePlay"];
            /** @description On record, so that it can be looked at */
            occurrenceId: string | null;
            /** @description The device has reported everything up to here */
            completeUntil: string | null;
            /** @description What the device said of it, in order */
            reports: {
                playId: string;
                startedAt: string | null;
                endedAt: string | null;
                heardMs: number;
                volumePercent: number | null;
                outcome: string | null;
                reason: {
                    code: string;
                    text: string;
                } | null;
                /** @enum {string} */
                clock: "trusted" | "unconfirmed" | "untrusted";
                targetRevision: number;
                /** @description SHA-256 of the audio that was played */
                clip: string;
                entries: {
                    ledgerId: string & (unknown & unknown);
                    seq: number;
                    type: string;
                    /**
                     * Format: date-time
                     * @description Instant, ISO 8601 in UTC
                     */
                    at: string;
                    /**
                     * Format: date-time
                     * @description Instant, ISO 8601 in UTC
                     */
                    receivedAt: string;
                    hash: string;
                    /** @description Computed now: its bytes give its hash, and it follows the entry before it */
                    isIntact: boolean;
                }[];
            }[];
        };
        Alert: {
            id: string & (unknown & unknown);
            areaId: string & (unknown & unknown);
            areaName: string;
            title: string;
            issuedByName: string;
            /**
             * Format: date-time
             * @description Instant, ISO 8601 in UTC
             */
            issuedAt: string;
            /**
             * Format: date-time
             * @description Instant, ISO 8601 in UTC
             */
            expiresAt: string;
            cancelledAt: string | null;
            inForce: boolean;
            devices: {
                total: number;
                started: number;
                played: number;
            };
        };
        StandingApproval: {
            id: string & (unknown & unknown);
            programmeId: string & (unknown & unknown);
            programmeTitle: string;
            areaId: string & (unknown & unknown);
            givenByName: string;
            /** @description The approver in whose place it was given */
            onBehalfOfName: string | null;
            reason: string;
            /**
             * Format: date-time
             * @description Instant, ISO 8601 in UTC
             */
            createdAt: string;
            /**
             * Format: date-time
             * @description Instant, ISO 8601 in UTC
             */
            validUntil: string;
            /** @description False: the giver may no longer approve there, and so nothing is approved by it */
            isInForce: boolean;
            mayWithdraw: boolean;
        };
        Delegation: {
            id: string & (unknown & unknown);
            areaId: string & (unknown & unknown);
            areaName: string;
            fromId: string & (unknown & unknown);
            fromName: string;
            toId: string & (unknown & unknown);
            toName: string;
            reason: string;
            /**
             * Format: date-time
             * @description Instant, ISO 8601 in UTC
             */
            createdAt: string;
            /**
             * Format: date-time
             * @description Instant, ISO 8601 in UTC
             */
            startsAt: string;
            /**
             * Format: date-time
             * @description Instant, ISO 8601 in UTC
             */
            endsAt: string;
            /**
             * @description lapsed: one of the two accounts is disabled, or its giver may no longer approve there
             * @enum {string}
             */
            state: "upcoming" | "in-force" | "lapsed";
            mayEnd: boolean;
        };
        Delegate: {
            id: string & (unknown & unknown);
            displayName: string;
            userName: string;
        };
        AreaHoliday: {
            id: string & (unknown & unknown);
            /** @description Whose day it is: the area’s own, or of one above */
            area: {
                id: string & (unknown & unknown);
                name: string;
            };
            name: string;
            /**
             * Format: date
             * @description Calendar day, YYYY-MM-DD
             */
            firstDate: string;
            /**
             * Format: date
             * @description Inclusive
             */
            lastDate: string;
        };
        HolidayCalendar: {
            year: number;
            /** @description False: Tết and the Hung Kings’ day of this year are not known yet */
            isLunarKnown: boolean;
            publicHolidays: {
                /**
                 * Format: date
                 * @description Calendar day, YYYY-MM-DD
                 */
                date: string;
                name: {
                    vi: string;
                    en: string;
                };
            }[];
            /** @description Of this area and of those above, by date */
            own: components["schemas"]["AreaHoliday"][];
        };
        Suspension: {
            id: string & (unknown & unknown);
            /** @description Where it was set: here, or in an area above */
            area: {
                id: string & (unknown & unknown);
                name: string;
            };
            reason: string;
            /**
             * Format: date-time
             * @description Instant, ISO 8601 in UTC
             */
            startsAt: string;
            /**
             * Format: date-time
             * @description Instant, ISO 8601 in UTC
             */
            endsAt: string;
            liftedAt: string | null;
            /** @enum {string} */
            state: "planned" | "in-force" | "over" | "lifted";
        };
        AreaRef: {
            id: string & (unknown & unknown);
            name: string;
        };
        AreaOwnRules: {
            /** @description Permitted hours, in the area’s zone, at most eight windows on a day; null: what holds above. Never more than that */
            hours: {
                /** @description ISO weekdays, 1 Monday … 7 Sunday */
                days: number[];
                from: string;
                /** @description Exclusive */
                to: string | "24:00";
            }[] | null;
            maxSessionsPerDay: number | null;
            maxMinutesPerSession: number | null;
            maxMinutesPerDay: number | null;
            /** @description Per cent of a speaker’s own volume; the first that fits holds. Null: what holds above; none: always 100 */
            volumes: {
                from: string;
                to: string | "24:00";
                priority: ("priority" | "normal" | "filler") | null;
                percent: number;
            }[] | null;
            /** @description What sounds before a broadcast; null: what holds above. A clip must stand in an approved bulletin */
            leadIn: ({
                /** @constant */
                kind: "none";
            } | {
                /** @constant */
                kind: "chime";
            } | {
                /** @constant */
                kind: "clip";
                /** Format: uuid */
                clipId: string;
            }) | null;
            /** @description Of speakers that have none of their own, most wanted first; none: what holds above */
            languages: string[];
        };
        AreaEffectiveRules: {
            /** @description What all areas of the path permit together; null: all hours; none: no hour at all */
            hours: {
                windows: {
                    /** @description ISO weekdays, 1 Monday … 7 Sunday */
                    days: number[];
                    from: string;
                    /** @description Exclusive */
                    to: string | "24:00";
                }[] | null;
                /** @description The areas that say so; none: nobody does, and it is as everywhere */
                from: components["schemas"]["AreaRef"][];
            };
            maxSessionsPerDay: {
                limit: number;
                from: components["schemas"]["AreaRef"];
            } | null;
            maxMinutesPerSession: {
                limit: number;
                from: components["schemas"]["AreaRef"];
            } | null;
            maxMinutesPerDay: {
                limit: number;
                from: components["schemas"]["AreaRef"];
            } | null;
            volumes: {
                rules: {
                    from: string;
                    to: string | "24:00";
                    priority: ("priority" | "normal" | "filler") | null;
                    percent: number;
                }[];
                /** @description The areas that say so; none: nobody does, and it is as everywhere */
                from: components["schemas"]["AreaRef"][];
            };
            leadIn: {
                setting: {
                    /** @constant */
                    kind: "none";
                } | {
                    /** @constant */
                    kind: "chime";
                } | {
                    /** @constant */
                    kind: "clip";
                    /** Format: uuid */
                    clipId: string;
                };
                /** @description The areas that say so; none: nobody does, and it is as everywhere */
                from: components["schemas"]["AreaRef"][];
            };
            languages: {
                tags: string[];
                /** @description The areas that say so; none: nobody does, and it is as everywhere */
                from: components["schemas"]["AreaRef"][];
            };
        };
        AreaRules: {
            area: components["schemas"]["AreaRef"];
            own: components["schemas"]["AreaOwnRules"];
            /** @description Counts the changes of what the area itself says */
            revision: number;
            /** @description What holds here */
            effective: components["schemas"]["AreaEffectiveRules"];
            /** @description What would hold if the area itself said nothing: it may only tighten this */
            above: components["schemas"]["AreaEffectiveRules"];
        };
        AreaRulesChanged: {
            area: components["schemas"]["AreaRef"];
            own: components["schemas"]["AreaOwnRules"];
            /** @description Counts the changes of what the area itself says */
            revision: number;
            /** @description What holds here */
            effective: components["schemas"]["AreaEffectiveRules"];
            /** @description What would hold if the area itself said nothing: it may only tighten this */
            above: components["schemas"]["AreaEffectiveRules"];
            /** @description What was to sound within the horizon and is left out or cut off then */
            noLongerFits: {
                count: number;
                /** @description The first 200 */
                occurrences: {
                    occurrenceId: string;
                    title: string;
                    areaId: string & (unknown & unknown);
                    /** @enum {string} */
                    priority: "priority" | "normal" | "filler";
                    /**
                     * Format: date-time
                     * @description Instant, ISO 8601 in UTC
                     */
                    startAt: string;
                    /** @enum {string} */
                    reason: "gave-way" | "suspended" | "outside-hours";
                    /** @description From when on it is silent; null: somewhere it does not sound at all */
                    cutAt: string | null;
                    /** @description Speakers on which it is left out or cut off */
                    deviceCount: number;
                }[];
            };
            /** @description Days of the horizon whose plan breaks a limit that it did not break before: it sounds all the same */
            capsBroken: {
                count: number;
                /** @description The first 200 */
                days: {
                    /** @enum {string} */
                    rule: "maxSessionsPerDay" | "maxMinutesPerSession" | "maxMinutesPerDay";
                    limit: number;
                    actual: number;
                    /**
                     * Format: date
                     * @description Calendar day, YYYY-MM-DD
                     */
                    date: string;
                    from: components["schemas"]["AreaRef"];
                }[];
            };
        };
        /** @description What changes for the plans of what moves, or of what was changed, in the 14 days from then on */
        MoveImpact: {
            /** @description Speakers that move, or whose plan may be another */
            devices: number;
            /** @description What was to sound within the horizon and is left out or cut off then */
            noLongerFits: {
                count: number;
                /** @description The first 200 */
                occurrences: {
                    occurrenceId: string;
                    title: string;
                    areaId: string & (unknown & unknown);
                    /** @enum {string} */
                    priority: "priority" | "normal" | "filler";
                    /**
                     * Format: date-time
                     * @description Instant, ISO 8601 in UTC
                     */
                    startAt: string;
                    /** @enum {string} */
                    reason: "gave-way" | "suspended" | "outside-hours";
                    /** @description From when on it is silent; null: somewhere it does not sound at all */
                    cutAt: string | null;
                    /** @description Speakers on which it is left out or cut off */
                    deviceCount: number;
                }[];
            };
            /** @description Days of the horizon whose plan breaks a limit that it did not break before: it sounds all the same */
            capsBroken: {
                count: number;
                /** @description The first 200 */
                days: {
                    /** @enum {string} */
                    rule: "maxSessionsPerDay" | "maxMinutesPerSession" | "maxMinutesPerDay";
                    limit: number;
                    actual: number;
                    /**
                     * Format: date
                     * @description Calendar day, YYYY-MM-DD
                     */
                    date: string;
                    from: components["schemas"]["AreaRef"];
                }[];
            };
            /** @description What comes later on some speakers, behind what goes first at the new place */
            delayed: {
                count: number;
                /** @description The first 200 */
                occurrences: {
                    occurrenceId: string;
                    title: string;
                    areaId: string & (unknown & unknown);
                    /**
                     * Format: date-time
                     * @description As planned
                     */
                    startAt: string;
                    /**
                     * Format: date-time
                     * @description When it starts where it comes last
                     */
                    soundsFrom: string;
                    deviceCount: number;
                }[];
            };
        };
        Move: {
            id: string & (unknown & unknown);
            /** @description As far as one may read them */
            areas: {
                id: string & (unknown & unknown);
                name: string;
            }[];
            /** @description As far as one may read them */
            devices: {
                id: string & (unknown & unknown);
                name: string;
            }[];
            /** @description Null where one may not know of it */
            into: {
                id: string & (unknown & unknown);
                name: string;
            } | null;
            reason: string;
            /**
             * Format: date-time
             * @description Instant, ISO 8601 in UTC
             */
            effectiveAt: string;
            /** @enum {string} */
            state: "planned" | "done" | "cancelled" | "in-the-way";
            /** @description Why it did not happen at its time, in the reader’s language */
            obstacle: string | null;
            doneAt: string | null;
            cancelledAt: string | null;
            /**
             * Format: date-time
             * @description Instant, ISO 8601 in UTC
             */
            createdAt: string;
        };
        PlannedMove: {
            id: string & (unknown & unknown);
            /** @description As far as one may read them */
            areas: {
                id: string & (unknown & unknown);
                name: string;
            }[];
            /** @description As far as one may read them */
            devices: {
                id: string & (unknown & unknown);
                name: string;
            }[];
            /** @description Null where one may not know of it */
            into: {
                id: string & (unknown & unknown);
                name: string;
            } | null;
            reason: string;
            /**
             * Format: date-time
             * @description Instant, ISO 8601 in UTC
             */
            effectiveAt: string;
            /** @enum {string} */
            state: "planned" | "done" | "cancelled" | "in-the-way";
            /** @description Why it did not happen at its time, in the reader’s language */
            obstacle: string | null;
            doneAt: string | null;
            cancelledAt: string | null;
            /**
             * Format: date-time
             * @description Instant, ISO 8601 in UTC
             */
            createdAt: string;
            impact: components["schemas"]["MoveImpact"];
        };
        AreasOverview: {
            /** @description Areas with a word of their own about hours, limits, volume, lead-in or languages */
            rules: {
                areaId: string & (unknown & unknown);
                own: components["schemas"]["AreaOwnRules"];
            }[];
            /** @description In force, or to come; those of one’s own areas, soonest first */
            suspensions: components["schemas"]["Suspension"][];
        };
        LeadInClip: {
            clipId: string & (unknown & unknown);
            /** @description Of the approved bulletin in which it stands */
            title: string;
            durationMs: number;
            /** @description Whose sound it is: here, or above */
            area: {
                id: string & (unknown & unknown);
                name: string;
            };
        };
        Area: {
            id: string & (unknown & unknown);
            parentId: (string & (unknown & unknown)) | null;
            /** @enum {string} */
            kind: "province" | "commune" | "village";
            name: string;
            /** @description Ids from the root down to this area */
            path: (string & (unknown & unknown))[];
            timeZone: string;
            /** @description Counts the changes of what people set */
            revision: number;
            /** @description Devices in this area and below */
            deviceCount: number;
            onlineCount: number;
        };
        AreaZoneChanged: {
            /** @description Areas whose zone was another one until now */
            areas: number;
            /** @description Of the area itself */
            revision: number;
            /** @description What was to sound within the horizon and is left out or cut off then */
            noLongerFits: {
                count: number;
                /** @description The first 200 */
                occurrences: {
                    occurrenceId: string;
                    title: string;
                    areaId: string & (unknown & unknown);
                    /** @enum {string} */
                    priority: "priority" | "normal" | "filler";
                    /**
                     * Format: date-time
                     * @description Instant, ISO 8601 in UTC
                     */
                    startAt: string;
                    /** @enum {string} */
                    reason: "gave-way" | "suspended" | "outside-hours";
                    /** @description From when on it is silent; null: somewhere it does not sound at all */
                    cutAt: string | null;
                    /** @description Speakers on which it is left out or cut off */
                    deviceCount: number;
                }[];
            };
            /** @description Days of the horizon whose plan breaks a limit that it did not break before: it sounds all the same */
            capsBroken: {
                count: number;
                /** @description The first 200 */
                days: {
                    /** @enum {string} */
                    rule: "maxSessionsPerDay" | "maxMinutesPerSession" | "maxMinutesPerDay";
                    limit: number;
                    actual: number;
                    /**
                     * Format: date
                     * @description Calendar day, YYYY-MM-DD
                     */
                    date: string;
                    from: components["schemas"]["AreaRef"];
                }[];
            };
        };
        AuditEntry: {
            /** @description Its number in the chain */
            seq: number;
            /**
             * Format: date-time
             * @description Instant, ISO 8601 in UTC
             */
            at: string;
            /** @description Null: the server itself, or nobody knows */
            actor: {
                id: string | null;
                /** @description As it was then; of a refused sign-in, what was typed */
                userName: string | null;
                /** @description As it is now */
                displayName: string | null;
            } | null;
            onBehalfOf: {
                id: string;
                displayName: string | null;
            } | null;
            /** @description Where the request came from */
            address: string | null;
            requestId: string | null;
            /** @description Stable code */
            action: string;
            /** @description In the reader’s language */
            actionText: string;
            /** @enum {string} */
            outcome: "done" | "refused";
            /** @description Of a refusal: the code of its problem */
            reason: string | null;
            /** @description In the reader’s language, where there are words for it */
            reasonText: string | null;
            area: {
                id: string;
                name: string | null;
            } | null;
            subject: {
                type: string;
                id: string | null;
                /** @description As it is now, where one may know it */
                name: string | null;
            };
            /** @description The fields that were changed, as they were */
            before: {
                [key: string]: unknown;
            } | null;
            /** @description … and as they are since */
            after: {
                [key: string]: unknown;
            } | null;
            /** @description What the things are called now whose ids stand in the entry, by id; where one may know it */
            names: {
                [key: string]: string;
            };
            hash: string;
        };
        AuditPage: {
            /** @description Newest first */
            entries: components["schemas"]["AuditEntry"][];
            /** @description For `before`, to read on; null: there is no more */
            next: number | null;
        };
        AuditVerification: {
            /** @description The newest entry */
            head: {
                seq: number;
                hash: string;
            } | null;
            /** @description The newest signed head */
            lastCheckpoint: {
                seq: number;
                /**
                 * Format: date-time
                 * @description Instant, ISO 8601 in UTC
                 */
                at: string;
            } | null;
            /** @description Null: not verified since the server started */
            result: {
                /**
                 * Format: date-time
                 * @description When it was verified
                 */
                at: string;
                isIntact: boolean;
                /** @description How many were verified; null when the trail is broken */
                entries: number | null;
                /** @description Entries up to here are past their retention and gone */
                droppedUpTo: number | null;
                /** @description The first row that is wrong */
                fault: {
                    table: string;
                    seq: number;
                    code: string;
                    text: string;
                } | null;
            } | null;
        };
        Account: {
            id: string & (unknown & unknown);
            userName: string;
            displayName: string;
            /** @description Counts the changes of name, roles, and whether it is disabled */
            revision: number;
            hasPassword: boolean;
            hasSecondFactor: boolean;
            disabled: boolean;
            grants: {
                areaId: string & (unknown & unknown);
                /** @enum {string} */
                role: "administrator" | "province_official" | "auditor" | "editor" | "approver" | "technician";
            }[];
            /**
             * Format: date-time
             * @description Instant, ISO 8601 in UTC
             */
            createdAt: string;
        };
        Session: {
            account: components["schemas"]["Account"];
            csrfToken: string;
            /**
             * Format: date-time
             * @description Instant, ISO 8601 in UTC
             */
            expiresAt: string;
            actions: string[];
            /** @description Needed but not active: this session reaches only one’s own account, where it is set up */
            secondFactor: {
                needed: boolean;
                active: boolean;
            };
        };
        OwnSession: {
            id: string & (unknown & unknown);
            address: string;
            userAgent: string;
            /**
             * Format: date-time
             * @description Instant, ISO 8601 in UTC
             */
            createdAt: string;
            /**
             * Format: date-time
             * @description Instant, ISO 8601 in UTC
             */
            lastSeenAt: string;
            isCurrent: boolean;
        };
        SecondFactorState: {
            needed: boolean;
            active: boolean;
            since: string | null;
            recoveryCodesLeft: number;
        };
        SecondFactorOffer: {
            secret: string;
            otpauthUrl: string;
            qrSvg: string;
        };
        RecoveryCodes: {
            recoveryCodes: string[];
        };
        ConfirmedSecondFactor: {
            recoveryCodes: string[];
            session: components["schemas"]["Session"];
        };
        InvitedAccount: {
            account: components["schemas"]["Account"];
            signInCode: string;
            signInLink: string;
            /** @description The link as a QR code */
            qrSvg: string;
            /**
             * Format: date-time
             * @description Instant, ISO 8601 in UTC
             */
            expiresAt: string;
        };
        AccountsSummary: {
            all: number;
            waiting: number;
            unprotected: number;
            disabled: number;
        };
        AccountDetail: {
            id: string & (unknown & unknown);
            userName: string;
            displayName: string;
            /** @description Counts the changes of name, roles, and whether it is disabled */
            revision: number;
            hasPassword: boolean;
            hasSecondFactor: boolean;
            disabled: boolean;
            grants: {
                areaId: string & (unknown & unknown);
                /** @enum {string} */
                role: "administrator" | "province_official" | "auditor" | "editor" | "approver" | "technician";
            }[];
            /**
             * Format: date-time
             * @description Instant, ISO 8601 in UTC
             */
            createdAt: string;
            /** @description All its roles lie where one administers; else only those are told */
            isWhollyYours: boolean;
            secondFactorSince: string | null;
            /** @description When an administrator took a lost second factor away last */
            secondFactorReset: {
                /**
                 * Format: date-time
                 * @description Instant, ISO 8601 in UTC
                 */
                at: string;
                /** @description Null: the operator on the server */
                byName: string | null;
            } | null;
            /** @description A one-time sign-in link that was made and not used yet; the link itself is shown only once */
            openLink: {
                /**
                 * Format: date-time
                 * @description Instant, ISO 8601 in UTC
                 */
                at: string;
                /** @description Null: the operator on the server */
                byName: string | null;
                /**
                 * Format: date-time
                 * @description Instant, ISO 8601 in UTC
                 */
                expiresAt: string;
            } | null;
            /** @description Last use of a session that is still open */
            lastSeenAt: string | null;
        };
        AccountSession: {
            id: string & (unknown & unknown);
            address: string;
            userAgent: string;
            /**
             * Format: date-time
             * @description Instant, ISO 8601 in UTC
             */
            createdAt: string;
            /**
             * Format: date-time
             * @description Instant, ISO 8601 in UTC
             */
            lastSeenAt: string;
        };
        ItemOutcome: {
            deviceId: string & (unknown & unknown);
            deviceName: string;
            areaName: string;
            itemId: string & (unknown & unknown);
            title: string;
            language: string;
            /** @enum {string} */
            outcome: "played" | "partial" | "missed" | "cancelled" | "unknown";
            /** @description Null when it was played */
            reason: {
                code: string;
                /** @description In the reader’s language, with the window, the area, the person or what went first */
                text: string;
            } | null;
            startedAt: string | null;
            endedAt: string | null;
            expectedMs: number;
            heardMs: number;
            /** @description Its audio was on the device when it last reported; null: never reported */
            clipHeld: boolean | null;
        };
        DeviceExplanation: {
            deviceId: string & (unknown & unknown);
            deviceName: string;
            areaName: string;
            /** @enum {string} */
            outcome: "played" | "partial" | "missed" | "cancelled" | "unknown";
            /** @description The evidence in sentences, in the reader’s language */
            words: string[];
            evidence: {
                /** @description When hardware was first installed; null: never */
                enrolledAt: string | null;
                /** @description Since when no installation is in force */
                revokedAt: string | null;
                /** @description Target held at the start, by the ledger */
                heldRevision: number | null;
                /** @description When the last target before the start was taken up */
                adoptedAt: string | null;
                /** @description Target wanted now */
                wantedRevision: number | null;
                /** @description Target of which the device last told what it holds */
                readyRevision: number | null;
                readyAt: string | null;
                /** @description Last connection that began before the start */
                connectedBefore: {
                    /**
                     * Format: date-time
                     * @description Instant, ISO 8601 in UTC
                     */
                    beganAt: string;
                    /** @description Null while it lasts */
                    endedAt: string | null;
                } | null;
                /** @description First connection that began after the start */
                connectedAfter: {
                    /**
                     * Format: date-time
                     * @description Instant, ISO 8601 in UTC
                     */
                    beganAt: string;
                    /** @description Null while it lasts */
                    endedAt: string | null;
                } | null;
                outage: {
                    /**
                     * Format: date-time
                     * @description Instant, ISO 8601 in UTC
                     */
                    from: string;
                    /**
                     * Format: date-time
                     * @description Instant, ISO 8601 in UTC
                     */
                    until: string;
                    cleanShutdown: boolean;
                } | null;
                /** @description How far the device trusted its clock then */
                clock: ("trusted" | "unconfirmed" | "untrusted") | null;
                /** @description At which it played; else as last reported */
                volumePercent: number | null;
                /** @description The ledger holds everything up to here */
                completeUntil: string | null;
                /** @description At most 40 */
                entries: {
                    ledgerId: string & (unknown & unknown);
                    seq: number;
                    type: string;
                    /**
                     * Format: date-time
                     * @description Instant, ISO 8601 in UTC
                     */
                    at: string;
                    /** @enum {string} */
                    clock: "trusted" | "unconfirmed" | "untrusted";
                    targetRevision: number;
                    itemId: (string & (unknown & unknown)) | null;
                    language: string | null;
                    outcome: string | null;
                    reason: string | null;
                    heardMs: number | null;
                    volumePercent: number | null;
                }[];
            };
        };
        OccurrenceDetail: {
            id: string;
            broadcastId: string & (unknown & unknown);
            /** @description That of its broadcast: for a change of this occurrence too */
            revision: number;
            title: string;
            areaId: string & (unknown & unknown);
            areaName: string;
            /** @enum {string} */
            priority: "priority" | "normal" | "filler";
            /**
             * Format: date-time
             * @description As it is planned
             */
            startAt: string;
            /**
             * Format: date-time
             * @description As it is planned
             */
            endAt: string;
            /**
             * Format: date-time
             * @description When it really sounds first: it may queue, or follow something; nowhere: as planned
             */
            soundsFrom: string;
            /**
             * Format: date-time
             * @description When the last device is to end it, with the time in which it is held
             */
            soundsUntil: string;
            /** @description Devices on which it is not as planned, by when it sounds there; at most 20. Empty: everywhere as planned */
            elsewhen: {
                /**
                 * Format: date-time
                 * @description Instant, ISO 8601 in UTC
                 */
                startAt: string;
                /**
                 * Format: date-time
                 * @description Instant, ISO 8601 in UTC
                 */
                endAt: string;
                /** @description Why it does not sound there */
                leftOut: ("gave-way" | "suspended" | "outside-hours") | null;
                devices: number;
            }[];
            /** @description The suspension that silences it, on some devices or all; null: none */
            suspended: {
                reason: string;
                areaName: string;
                /**
                 * Format: date-time
                 * @description Instant, ISO 8601 in UTC
                 */
                until: string;
            } | null;
            /** @description When its series has it; null: it was not moved */
            movedFromAt: string | null;
            /**
             * @description By when it really sounds; suspended, left-out: on no device, as the plan has it
             * @enum {string}
             */
            state: "planned" | "not-approved" | "playing" | "ended" | "cancelled" | "suspended" | "left-out";
            /** @description `expected` is the sum of all but `playing` */
            devices: {
                expected: number;
                /** @description Of those that are not known yet */
                playing: number;
                played: number;
                partial: number;
                missed: number;
                /** @description It was cancelled or stopped before it came to them */
                cancelled: number;
                /** @description The plan leaves it out there: `elsewhen` says why */
                leftOut: number;
                /** @description To come, on air, or not reported yet */
                unknown: number;
            };
            /**
             * Format: date-time
             * @description Instant, ISO 8601 in UTC
             */
            asOf: string;
            /** @description Why none of it sounds, or it ended early: by whom and when it was cancelled or stopped, which area is silent */
            why: {
                code: string;
                text: string;
            } | null;
            /** @description Over all devices, whatever the page */
            reasons: {
                /** @enum {string} */
                outcome: "played" | "partial" | "missed" | "cancelled" | "unknown";
                /** @description Null when it was played */
                reason: {
                    code: string;
                    /** @description In the reader’s language, with the window, the area, the person or what went first */
                    text: string;
                } | null;
                items: number;
                devices: number;
            }[];
            /** @description Of the devices of this page */
            items: components["schemas"]["ItemOutcome"][];
            /** @description Of the devices of this page, by area and name */
            explanations: components["schemas"]["DeviceExplanation"][];
            /** @description `after` of the next page; null: this is the last one */
            next: (string & (unknown & unknown)) | null;
        };
        Device: {
            id: string & (unknown & unknown);
            areaId: string & (unknown & unknown);
            areaName: string;
            name: string;
            /** @description Counts the changes of what people set */
            revision: number;
            volumePercent: number;
            muted: boolean;
            /** @description What the amplifier and the horn stand: nothing sounds louder */
            maxVolumePercent: number;
            /** @description Emergencies sound at least this loud, never above the maximum */
            emergencyVolumePercent: number;
            /** @description Most wanted first (BCP 47), each once; empty: those of its area */
            languages: string[];
            /** @description WGS 84; null until somebody has said where the pole stands */
            latitude: number | null;
            longitude: number | null;
            /** @enum {string} */
            status: "never-enrolled" | "online" | "offline" | "revoked";
            since: string | null;
            lastSeenAt: string | null;
            playing: {
                occurrenceId: string | null;
                alertId: string | null;
                /**
                 * Format: date-time
                 * @description Instant, ISO 8601 in UTC
                 */
                startedAt: string;
                /**
                 * Format: date-time
                 * @description Instant, ISO 8601 in UTC
                 */
                endsAt: string;
            } | null;
            agentVersion: string | null;
            /** @description Its clock minus the server’s, when it last said hello */
            clockOffsetMs: number | null;
            /** @description How far the device trusted its clock when it last said hello, and what that rests on */
            clock: {
                /** @enum {string} */
                state: "trusted" | "unconfirmed" | "untrusted";
                evidence: string | null;
            } | null;
            /** @description What the device says it does, which follows what was set */
            reported: {
                volumePercent: number;
                muted: boolean;
            } | null;
            health: {
                temperatureC: number | null;
                diskFreeBytes: number | null;
                diskTotalBytes: number | null;
                memoryRssBytes: number;
                uptimeS: number;
                sink: {
                    kind: string;
                    /** @enum {string} */
                    state: "open" | "failed" | "reopening" | "starting";
                    detail: string;
                };
                xruns: number;
                /** @description Quality of its wireless link; null where it has none, or it cannot be measured */
                signalPercent?: number | null;
            } | null;
            alarms: {
                id: string & (unknown & unknown);
                code: ("sound-device-failed" | "disk-full" | "clock-untrusted" | "hardware-changed" | "state-corrupt" | "horizon-ended" | "horizon-ending" | "clip-corrupt" | "amplifier-failed" | "ledger-forked" | "ledger-replaced" | "ledgers-exhausted" | "unscheduled-sound") | string;
                detail: string;
                /**
                 * Format: date-time
                 * @description Instant, ISO 8601 in UTC
                 */
                raisedAt: string;
                /** @description May mean tampering: stays until somebody acknowledges it */
                isSecurity: boolean;
                acknowledgedAt: string | null;
                /** @description Display name */
                acknowledgedBy: string | null;
            }[];
            target: {
                wantedRevision: number;
                heldRevision: number | null;
                clipsMissing: number | null;
            };
        };
        DeviceChanged: {
            id: string & (unknown & unknown);
            areaId: string & (unknown & unknown);
            areaName: string;
            name: string;
            /** @description Counts the changes of what people set */
            revision: number;
            volumePercent: number;
            muted: boolean;
            /** @description What the amplifier and the horn stand: nothing sounds louder */
            maxVolumePercent: number;
            /** @description Emergencies sound at least this loud, never above the maximum */
            emergencyVolumePercent: number;
            /** @description Most wanted first (BCP 47), each once; empty: those of its area */
            languages: string[];
            /** @description WGS 84; null until somebody has said where the pole stands */
            latitude: number | null;
            longitude: number | null;
            /** @enum {string} */
            status: "never-enrolled" | "online" | "offline" | "revoked";
            since: string | null;
            lastSeenAt: string | null;
            playing: {
                occurrenceId: string | null;
                alertId: string | null;
                /**
                 * Format: date-time
                 * @description Instant, ISO 8601 in UTC
                 */
                startedAt: string;
                /**
                 * Format: date-time
                 * @description Instant, ISO 8601 in UTC
                 */
                endsAt: string;
            } | null;
            agentVersion: string | null;
            /** @description Its clock minus the server’s, when it last said hello */
            clockOffsetMs: number | null;
            /** @description How far the device trusted its clock when it last said hello, and what that rests on */
            clock: {
                /** @enum {string} */
                state: "trusted" | "unconfirmed" | "untrusted";
                evidence: string | null;
            } | null;
            /** @description What the device says it does, which follows what was set */
            reported: {
                volumePercent: number;
                muted: boolean;
            } | null;
            health: {
                temperatureC: number | null;
                diskFreeBytes: number | null;
                diskTotalBytes: number | null;
                memoryRssBytes: number;
                uptimeS: number;
                sink: {
                    kind: string;
                    /** @enum {string} */
                    state: "open" | "failed" | "reopening" | "starting";
                    detail: string;
                };
                xruns: number;
                /** @description Quality of its wireless link; null where it has none, or it cannot be measured */
                signalPercent?: number | null;
            } | null;
            alarms: {
                id: string & (unknown & unknown);
                code: ("sound-device-failed" | "disk-full" | "clock-untrusted" | "hardware-changed" | "state-corrupt" | "horizon-ended" | "horizon-ending" | "clip-corrupt" | "amplifier-failed" | "ledger-forked" | "ledger-replaced" | "ledgers-exhausted" | "unscheduled-sound") | string;
                detail: string;
                /**
                 * Format: date-time
                 * @description Instant, ISO 8601 in UTC
                 */
                raisedAt: string;
                /** @description May mean tampering: stays until somebody acknowledges it */
                isSecurity: boolean;
                acknowledgedAt: string | null;
                /** @description Display name */
                acknowledgedBy: string | null;
            }[];
            target: {
                wantedRevision: number;
                heldRevision: number | null;
                clipsMissing: number | null;
            };
            /** @description What no longer fits after a change of its languages */
            impact: components["schemas"]["MoveImpact"];
        };
        DeviceDetail: {
            id: string & (unknown & unknown);
            areaId: string & (unknown & unknown);
            areaName: string;
            name: string;
            /** @description Counts the changes of what people set */
            revision: number;
            volumePercent: number;
            muted: boolean;
            /** @description What the amplifier and the horn stand: nothing sounds louder */
            maxVolumePercent: number;
            /** @description Emergencies sound at least this loud, never above the maximum */
            emergencyVolumePercent: number;
            /** @description Most wanted first (BCP 47), each once; empty: those of its area */
            languages: string[];
            /** @description WGS 84; null until somebody has said where the pole stands */
            latitude: number | null;
            longitude: number | null;
            /** @enum {string} */
            status: "never-enrolled" | "online" | "offline" | "revoked";
            since: string | null;
            lastSeenAt: string | null;
            playing: {
                occurrenceId: string | null;
                alertId: string | null;
                /**
                 * Format: date-time
                 * @description Instant, ISO 8601 in UTC
                 */
                startedAt: string;
                /**
                 * Format: date-time
                 * @description Instant, ISO 8601 in UTC
                 */
                endsAt: string;
            } | null;
            agentVersion: string | null;
            /** @description Its clock minus the server’s, when it last said hello */
            clockOffsetMs: number | null;
            /** @description How far the device trusted its clock when it last said hello, and what that rests on */
            clock: {
                /** @enum {string} */
                state: "trusted" | "unconfirmed" | "untrusted";
                evidence: string | null;
            } | null;
            /** @description What the device says it does, which follows what was set */
            reported: {
                volumePercent: number;
                muted: boolean;
            } | null;
            health: {
                temperatureC: number | null;
                diskFreeBytes: number | null;
                diskTotalBytes: number | null;
                memoryRssBytes: number;
                uptimeS: number;
                sink: {
                    kind: string;
                    /** @enum {string} */
                    state: "open" | "failed" | "reopening" | "starting";
                    detail: string;
                };
                xruns: number;
                /** @description Quality of its wireless link; null where it has none, or it cannot be measured */
                signalPercent?: number | null;
            } | null;
            alarms: {
                id: string & (unknown & unknown);
                code: ("sound-device-failed" | "disk-full" | "clock-untrusted" | "hardware-changed" | "state-corrupt" | "horizon-ended" | "horizon-ending" | "clip-corrupt" | "amplifier-failed" | "ledger-forked" | "ledger-replaced" | "ledgers-exhausted" | "unscheduled-sound") | string;
                detail: string;
                /**
                 * Format: date-time
                 * @description Instant, ISO 8601 in UTC
                 */
                raisedAt: string;
                /** @description May mean tampering: stays until somebody acknowledges it */
                isSecurity: boolean;
                acknowledgedAt: string | null;
                /** @description Display name */
                acknowledgedBy: string | null;
            }[];
            target: {
                wantedRevision: number;
                heldRevision: number | null;
                clipsMissing: number | null;
            };
            /** @description Of the computer that is installed now */
            hardwareSerial: string | null;
            /** @description When that was installed */
            enrolledAt: string | null;
            /** @description To which it belongs, by name */
            groups: {
                id: string & (unknown & unknown);
                name: string;
            }[];
        };
        RevokedDevice: {
            id: string & (unknown & unknown);
            areaId: string & (unknown & unknown);
            areaName: string;
            name: string;
            /** @description Counts the changes of what people set */
            revision: number;
            volumePercent: number;
            muted: boolean;
            /** @description What the amplifier and the horn stand: nothing sounds louder */
            maxVolumePercent: number;
            /** @description Emergencies sound at least this loud, never above the maximum */
            emergencyVolumePercent: number;
            /** @description Most wanted first (BCP 47), each once; empty: those of its area */
            languages: string[];
            /** @description WGS 84; null until somebody has said where the pole stands */
            latitude: number | null;
            longitude: number | null;
            /** @enum {string} */
            status: "never-enrolled" | "online" | "offline" | "revoked";
            since: string | null;
            lastSeenAt: string | null;
            playing: {
                occurrenceId: string | null;
                alertId: string | null;
                /**
                 * Format: date-time
                 * @description Instant, ISO 8601 in UTC
                 */
                startedAt: string;
                /**
                 * Format: date-time
                 * @description Instant, ISO 8601 in UTC
                 */
                endsAt: string;
            } | null;
            agentVersion: string | null;
            /** @description Its clock minus the server’s, when it last said hello */
            clockOffsetMs: number | null;
            /** @description How far the device trusted its clock when it last said hello, and what that rests on */
            clock: {
                /** @enum {string} */
                state: "trusted" | "unconfirmed" | "untrusted";
                evidence: string | null;
            } | null;
            /** @description What the device says it does, which follows what was set */
            reported: {
                volumePercent: number;
                muted: boolean;
            } | null;
            health: {
                temperatureC: number | null;
                diskFreeBytes: number | null;
                diskTotalBytes: number | null;
                memoryRssBytes: number;
                uptimeS: number;
                sink: {
                    kind: string;
                    /** @enum {string} */
                    state: "open" | "failed" | "reopening" | "starting";
                    detail: string;
                };
                xruns: number;
                /** @description Quality of its wireless link; null where it has none, or it cannot be measured */
                signalPercent?: number | null;
            } | null;
            alarms: {
                id: string & (unknown & unknown);
                code: ("sound-device-failed" | "disk-full" | "clock-untrusted" | "hardware-changed" | "state-corrupt" | "horizon-ended" | "horizon-ending" | "clip-corrupt" | "amplifier-failed" | "ledger-forked" | "ledger-replaced" | "ledgers-exhausted" | "unscheduled-sound") | string;
                detail: string;
                /**
                 * Format: date-time
                 * @description Instant, ISO 8601 in UTC
                 */
                raisedAt: string;
                /** @description May mean tampering: stays until somebody acknowledges it */
                isSecurity: boolean;
                acknowledgedAt: string | null;
                /** @description Display name */
                acknowledgedBy: string | null;
            }[];
            target: {
                wantedRevision: number;
                heldRevision: number | null;
                clipsMissing: number | null;
            };
            /** @description False: it is revoked, and the external broker, which could not be reached, is told when it is back */
            isBrokerTold: boolean;
        };
        RetiredDevice: {
            id: string & (unknown & unknown);
            name: string;
            areaId: string & (unknown & unknown);
            areaName: string;
            /**
             * Format: date-time
             * @description Instant, ISO 8601 in UTC
             */
            retiredAt: string;
        };
        DeviceRetired: {
            id: string & (unknown & unknown);
            name: string;
            areaId: string & (unknown & unknown);
            areaName: string;
            /**
             * Format: date-time
             * @description Instant, ISO 8601 in UTC
             */
            retiredAt: string;
            /** @description False: it is revoked, and the external broker, which could not be reached, is told when it is back */
            isBrokerTold: boolean;
        };
        EnrolmentCode: {
            code: string;
            /**
             * Format: date-time
             * @description Instant, ISO 8601 in UTC
             */
            expiresAt: string;
            qrSvg: string;
            command: string;
            replaces: boolean;
        };
        DeviceCommand: {
            id: string & (unknown & unknown);
            kind: string;
            /**
             * Format: date-time
             * @description Instant, ISO 8601 in UTC
             */
            issuedAt: string;
            /**
             * Format: date-time
             * @description Instant, ISO 8601 in UTC
             */
            expiresAt: string;
            /** @enum {string} */
            outcome: "pending" | "done" | "refused" | "expired";
            outcomeAt: string | null;
        };
        DeviceSettingsAnswer: {
            /** @description As each was before, with its revision now: sent back, it takes the change back */
            changed: {
                id: string & (unknown & unknown);
                volumePercent: number;
                muted: boolean;
                revision: number;
            }[];
            skipped: {
                deviceId: string & (unknown & unknown);
                /** @enum {string} */
                code: "unchanged" | "changed-meanwhile" | "above-max" | "not-connected" | "never-enrolled" | "revoked";
                /** @description In the reader’s language */
                text: string;
            }[];
        };
        DeviceCommandsAnswer: {
            /** @description Those that were sent */
            commands: {
                id: string & (unknown & unknown);
                kind: string;
                /**
                 * Format: date-time
                 * @description Instant, ISO 8601 in UTC
                 */
                issuedAt: string;
                /**
                 * Format: date-time
                 * @description Instant, ISO 8601 in UTC
                 */
                expiresAt: string;
                /** @enum {string} */
                outcome: "pending" | "done" | "refused" | "expired";
                outcomeAt: string | null;
                deviceId: string & (unknown & unknown);
            }[];
            skipped: {
                deviceId: string & (unknown & unknown);
                /** @enum {string} */
                code: "unchanged" | "changed-meanwhile" | "above-max" | "not-connected" | "never-enrolled" | "revoked";
                /** @description In the reader’s language */
                text: string;
            }[];
        };
        DevicesSummary: {
            /** @description What stands in each area itself, not below it; areas without any are left out */
            areas: {
                areaId: string & (unknown & unknown);
                devices: number;
                online: number;
                offline: number;
                neverEnrolled: number;
                revoked: number;
                /** @description Devices that have an alarm */
                alarms: number;
                muted: number;
                /** @description Devices of which nobody has said where they stand */
                unplaced: number;
            }[];
        };
        DevicePlaces: {
            places: {
                id: string & (unknown & unknown);
                name: string;
                areaId: string & (unknown & unknown);
                /** @enum {string} */
                status: "never-enrolled" | "online" | "offline" | "revoked";
                alarms: number;
                latitude: number;
                longitude: number;
            }[];
        };
        DeviceGroup: {
            id: string & (unknown & unknown);
            area: {
                id: string & (unknown & unknown);
                name: string;
            };
            name: string;
            /** @description Counts its changes, those of its members too */
            revision: number;
            deviceIds: (string & (unknown & unknown))[];
            /** @description It stays on record; nothing can be aimed at it any more */
            removedAt: string | null;
        };
        DeviceGroupChanged: {
            id: string & (unknown & unknown);
            area: {
                id: string & (unknown & unknown);
                name: string;
            };
            name: string;
            /** @description Counts its changes, those of its members too */
            revision: number;
            deviceIds: (string & (unknown & unknown))[];
            /** @description It stays on record; nothing can be aimed at it any more */
            removedAt: string | null;
            /** @description What no longer fits on the speakers that were put in or taken out */
            impact: components["schemas"]["MoveImpact"];
        };
        DeviceHealth: {
            /**
             * Format: date-time
             * @description Instant, ISO 8601 in UTC
             */
            from: string;
            /**
             * Format: date-time
             * @description Instant, ISO 8601 in UTC
             */
            to: string;
            /** @description The worst of each hour; hours in which it was not heard are missing */
            hours: {
                /**
                 * Format: date-time
                 * @description Where the hour begins
                 */
                at: string;
                /** @description How often it told of itself; twice a minute while it is connected */
                reports: number;
                maxTemperatureC: number | null;
                minDiskFreeBytes: number | null;
                maxMemoryRssBytes: number | null;
                minSignalPercent: number | null;
                /** @description Its clock minus the server’s */
                worstClockOffsetMs: number | null;
                /** @description Interruptions of the sound */
                xruns: number;
            }[];
            /** @description That touch this time, newest first, at most 200 */
            connections: {
                /**
                 * Format: date-time
                 * @description Instant, ISO 8601 in UTC
                 */
                beganAt: string;
                /** @description Null while it lasts */
                endedAt: string | null;
            }[];
        };
        DevicePlay: {
            /**
             * @description `unplanned`: no plan that is known explains it
             * @enum {string}
             */
            kind: "broadcast" | "alert" | "unplanned";
            occurrenceId: string | null;
            alertId: (string & (unknown & unknown)) | null;
            title: string | null;
            language: string | null;
            /**
             * Format: date-time
             * @description Instant, ISO 8601 in UTC
             */
            plannedStartAt: string;
            startedAt: string | null;
            endedAt: string | null;
            expectedMs: number | null;
            heardMs: number;
            volumePercent: number | null;
            /** @enum {string} */
            outcome: "played" | "partial" | "missed" | "cancelled" | "unknown";
            /** @description Why it was not heard, or not to its end; null when it was */
            reason: {
                code: string;
                /** @description In the reader’s language */
                text: string;
            } | null;
        };
        DevicePlays: {
            /** @description By when they were to begin, newest first */
            plays: components["schemas"]["DevicePlay"][];
            /** @description `before` of the next page; null: there is nothing older */
            next: string | null;
        };
        PreviewEntry: {
            occurrenceId: string;
            broadcastId: string & (unknown & unknown);
            title: string;
            /** @description Whose broadcast it is */
            areaId: string & (unknown & unknown);
            areaName: string;
            /** @enum {string} */
            priority: "priority" | "normal" | "filler";
            /** @description By which recurrence it airs; null: once */
            rule: string | null;
            /**
             * Format: date-time
             * @description Instant, ISO 8601 in UTC
             */
            plannedStartAt: string;
            /**
             * Format: date-time
             * @description Instant, ISO 8601 in UTC
             */
            startAt: string;
            /**
             * Format: date-time
             * @description When it ends on these devices; where it is cut off for good, then
             */
            endAt: string;
            /** @description Why it does not sound on these devices (`no-room`: their day has 500 already; `not-approved`: nothing of it is approved yet); null: it does */
            leftOut: ("gave-way" | "suspended" | "outside-hours" | "stopped" | "no-room" | "not-approved") | null;
            /** @description Bulletins of it that do not air as things stand: times, places and items are those with all of them */
            notApproved: components["schemas"]["AwaitedBulletin"][];
            /** @description Where the end of permitted hours or a suspension silences it; null: it sounds whole, or not at all */
            cut: {
                /**
                 * Format: date-time
                 * @description Instant, ISO 8601 in UTC
                 */
                at: string;
                /** @enum {string} */
                by: "suspended" | "outside-hours";
            } | null;
            /** @description Why it begins later than planned */
            movedBy: ("queue" | "follow") | null;
            /** @description What it comes behind or gave way to */
            behind: {
                occurrenceId: string;
                title: string;
            } | null;
            items: {
                title: string;
                languages: string[];
            }[];
            /** @description Clips at its end that do not sound: an occurrence has room for 200 */
            clipsWithoutRoom: number;
            devices: number;
            /** @description At most 100 */
            areas: {
                areaId: string & (unknown & unknown);
                areaName: string;
                devices: number;
            }[];
            /** @description At most 100 */
            deviceIds: (string & (unknown & unknown))[];
            /** @description Per cent of what the hardware gives, quietest to loudest */
            volume: {
                from: number;
                to: number;
            };
        };
        Preview: {
            /**
             * Format: date-time
             * @description Instant, ISO 8601 in UTC
             */
            from: string;
            /**
             * Format: date-time
             * @description Instant, ISO 8601 in UTC
             */
            to: string;
            timeZone: string;
            /** @description In service in the area and below */
            devices: number;
            entries: components["schemas"]["PreviewEntry"][];
        };
        AreaOrder: {
            broadcastIds: (string & (unknown & unknown))[];
        };
        AreaOrderShown: {
            broadcastIds: (string & (unknown & unknown))[];
            /** @description Another one for every other order */
            revision: string;
        };
        Server: {
            /**
             * Format: date-time
             * @description Instant, ISO 8601 in UTC
             */
            time: string;
            version: string;
            /** @description Zone in which the console shows times */
            zone: string;
        };
        SigningKey: {
            /** @constant */
            kty: "OKP";
            /** @constant */
            crv: "Ed25519";
            x: string;
            /** @description SHA-256 thumbprint (RFC 7638), as in the header of what it signed */
            kid: string;
            /** @constant */
            use: "sig";
            /** @constant */
            alg: "EdDSA";
            /** @description It signs since this second; absent: since the first start */
            iat?: number;
            /** @description It signed until this second; absent: it is in force */
            exp?: number;
            /** @description The recovery key took its place: what it signed counts no more */
            revoked?: {
                revoked_at: number;
                /** @constant */
                reason: "compromised";
            };
        };
        BulletinAirings: {
            /** @description Speakers that will play it */
            devices: number;
            /** @description Of these, offline now */
            offline: number;
            /** @description Where most of them are first, at most 20 */
            areas: {
                areaId: string & (unknown & unknown);
                areaName: string;
                devices: number;
            }[];
            areaCount: number;
            /** @description How often it is to sound within 7 days */
            weekCount: number;
            /** @description How long it sounds in these 7 days, on a speaker that plays all of it */
            weekMs: number;
            /** @description The next ones within 60 days, at most 5 */
            next: {
                occurrenceId: string;
                broadcastId: string & (unknown & unknown);
                /** @description Of its programme */
                title: string;
                areaName: string;
                /**
                 * Format: date-time
                 * @description Instant, ISO 8601 in UTC
                 */
                startAt: string;
                devices: number;
            }[];
            /** @description What the broadcasts meet that play it, resolved by the rules; of the 3 that begin first, at most 5 */
            conflicts: components["schemas"]["PlanConflict"][];
        };
        Upload: {
            /** @description Also the clip’s, once the last byte is there */
            id: string & (unknown & unknown);
            areaId: string & (unknown & unknown);
            name: string;
            /** @enum {string} */
            source: "upload" | "recording";
            bytes: number;
            /** @description On the disk, so that they survive a power cut */
            receivedBytes: number;
            /**
             * Format: date-time
             * @description Until when it can go on; each piece postpones it
             */
            expiresAt: string;
            /** @description The clip that it became */
            clipId: (string & (unknown & unknown)) | null;
        };
        NotHeard: {
            /**
             * @description missed: not at all; partial: not to its end; unknown: not reported yet
             * @enum {string}
             */
            outcome: "missed" | "partial" | "unknown";
            reason: {
                code: string;
                /** @description In the reader’s language */
                text: string;
            };
            /** @description Each once, as `GET /today/not-heard` lists them */
            devices: number;
            occurrences: number;
            /** @description Occurrences with most devices first, at most 3 */
            examples: {
                id: string;
                title: string;
                areaId: string & (unknown & unknown);
                /**
                 * Format: date-time
                 * @description Instant, ISO 8601 in UTC
                 */
                startAt: string;
                devices: number;
            }[];
            /** @description Some of them, at most 3 */
            speakers: {
                id: string & (unknown & unknown);
                name: string;
                areaName: string;
            }[];
        };
        AwaitingApproval: {
            bulletinId: string & (unknown & unknown);
            title: string;
            /**
             * @description approved: its audio is not ready
             * @enum {string}
             */
            state: "draft" | "pending" | "approved" | "returned";
            /**
             * Format: date-time
             * @description When it is to sound first
             */
            startAt: string;
            occurrences: number;
            /** @description The reader may open it: it is none of an area above */
            isReadable: boolean;
        };
        Troubles: {
            /**
             * Format: date-time
             * @description Instant, ISO 8601 in UTC
             */
            asOf: string;
            /** @description Of what has ended on this local day; at most 12, most devices first */
            notHeard: components["schemas"]["NotHeard"][];
            /** @description Within the next 24 hours, and not approved; at most 10, the soonest first */
            awaiting: components["schemas"]["AwaitingApproval"][];
            awaitingTotal: number;
            /** @description Within the next 24 hours; at most 10, most devices first */
            missingLanguages: {
                bulletinId: string & (unknown & unknown);
                title: string;
                language: string;
                /** @description Speakers that ask for it and will play another language */
                devices: number;
                /**
                 * Format: date-time
                 * @description Instant, ISO 8601 in UTC
                 */
                startAt: string;
                isReadable: boolean;
            }[];
            /** @description In force, or within the next 24 hours; at most 10 */
            suspensions: {
                areaId: string & (unknown & unknown);
                areaName: string;
                reason: string;
                /**
                 * Format: date-time
                 * @description Instant, ISO 8601 in UTC
                 */
                from: string;
                /**
                 * Format: date-time
                 * @description Instant, ISO 8601 in UTC
                 */
                until: string;
            }[];
            offline: {
                devices: number;
                /** @description Of the longest one */
                since: string | null;
                /** @description Some of them, at most 3 */
                speakers: {
                    id: string & (unknown & unknown);
                    name: string;
                    areaName: string;
                }[];
            };
            muted: {
                devices: number;
                /** @description Some of them, at most 3 */
                speakers: {
                    id: string & (unknown & unknown);
                    name: string;
                    areaName: string;
                }[];
            };
            alarms: {
                /** @description That have any */
                devices: number;
                byCode: {
                    code: string;
                    devices: number;
                    /** @description Some of them, at most 3 */
                    speakers: {
                        id: string & (unknown & unknown);
                        name: string;
                        areaName: string;
                    }[];
                }[];
            };
            /** @description Bulletins that were returned and that the reader may mend */
            returned: number;
        };
        NotHeardDevices: {
            reason: {
                code: string;
                /** @description In the reader’s language */
                text: string;
            };
            total: number;
            devices: {
                id: string & (unknown & unknown);
                name: string;
                areaName: string;
                online: boolean;
                muted: boolean;
                /** @description At most 5 */
                occurrences: {
                    id: string;
                    title: string;
                    /**
                     * Format: date-time
                     * @description Instant, ISO 8601 in UTC
                     */
                    startAt: string;
                }[];
            }[];
            next: (string & (unknown & unknown)) | null;
        };
        SigningKeys: {
            keys: components["schemas"]["SigningKey"][];
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export type operations = Record<string, never>;
