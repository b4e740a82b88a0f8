import type { ProblemText } from '#server/http/problem-text.ts'

/** What broadcasts may refuse, in both languages. */
export const broadcastsProblems = {
  'broadcast-start-past': {
    status: 422,
    vi: 'Giờ phát đầu tiên đã qua, nên sẽ không có gì được phát. Hãy chọn thời điểm sau bây giờ.',
    en: 'The first start has passed already, so nothing would be heard. Choose a time that is still to come.',
  },
  'broadcast-too-far': {
    status: 422,
    vi: 'Có ngày phát quá xa. Chỉ lên lịch được trước tối đa hai năm, đến hết ngày {limit}. Hãy kiểm tra lại năm đã chọn.',
    en: 'One of the days lies too far ahead. Broadcasts are planned at most two years ahead, up to {limit}. Check the year.',
  },
  'broadcast-too-long-ahead': {
    status: 422,
    vi: 'Ngày cuối quá xa (muộn nhất là {limit}). Nếu phát cho đến khi hủy, hãy để trống ngày cuối.',
    en: 'The last day lies too far ahead (the latest is {limit}). Leave it out if it is to air until it is cancelled.',
  },
  'broadcast-dates-reversed': {
    status: 422,
    vi: 'Ngày cuối đứng trước ngày đầu. Hãy chọn ngày cuối bằng hoặc sau ngày đầu.',
    en: 'The last day lies before the first. Choose a last day on or after the first.',
  },
  'broadcast-never-airs': {
    status: 422,
    vi: 'Với lịch này sẽ không còn lần phát nào. Hãy chọn ngày cuối muộn hơn, hoặc hủy lịch phát.',
    en: 'With this timing it would never air again. Choose a later last day, or cancel the broadcast.',
  },
  'broadcast-rule-frequency': {
    status: 422,
    vi: 'Cách lặp lại chưa nói phát theo ngày, tuần, tháng hay năm. Chỉ lặp lại được hằng ngày (FREQ=DAILY), hằng tuần (FREQ=WEEKLY), hằng tháng (FREQ=MONTHLY) hoặc hằng năm (FREQ=YEARLY); phát một lần thì bỏ trống. Muốn phát nhiều lần trong ngày, hãy ghi nhiều giờ phát.',
    en: 'The recurrence does not say whether it is daily, weekly, monthly or yearly. It may be daily (FREQ=DAILY), weekly (FREQ=WEEKLY), monthly (FREQ=MONTHLY) or yearly (FREQ=YEARLY); leave it out to air once. To air several times a day, give several times.',
  },
  'broadcast-rule-part': {
    status: 422,
    vi: 'Cách lặp lại có phần "{part}" mà lịch phát không dùng. Giờ phát ghi riêng; cách lặp lại chỉ nêu các ngày. Hãy bỏ phần đó.',
    en: 'The recurrence has a part “{part}” that broadcasts do not use. Times stand beside it; the rule only names days. Leave that part out.',
  },
  'broadcast-rule-value': {
    status: 422,
    vi: 'Phần "{part}" của cách lặp lại có giá trị không hợp lệ, nên không biết phát vào ngày nào. Hãy sửa phần đó.',
    en: 'The part “{part}” of the recurrence has a value that cannot be, so that it names no days. Correct that part.',
  },
  'broadcast-rule-never': {
    status: 422,
    vi: 'Với cách lặp lại này sẽ không có ngày phát nào trong tám năm tới. Hãy chọn các ngày khác.',
    en: 'With this recurrence no day comes up within eight years, so nothing would be heard. Choose other days.',
  },
  'broadcast-only-holidays': {
    status: 422,
    vi: 'Mọi ngày phát còn lại (từ {date}) đều là ngày nghỉ, nên sẽ không phát được lần nào. Hãy chọn ngày khác, gần nhất là {next}, hoặc cho phát cả ngày nghỉ.',
    en: 'Every day that is left of it (from {date}) is a holiday, so nothing would be heard. Choose other days, the next that is none being {next}, or let it air on holidays too.',
  },
  'broadcast-target-unknown': {
    status: 422,
    vi: 'Một nơi nhận đã chọn không còn, hoặc nằm ngoài địa bàn của lịch phát. Hãy chọn lại địa bàn, nhóm loa và cụm loa.',
    en: 'Something it is aimed at is no longer there, or lies outside the broadcast’s area. Choose areas, groups and speakers again.',
  },
  'broadcast-target-empty': {
    status: 422,
    vi: 'Nơi nhận đã chọn không còn cụm loa nào, nên sẽ không ai nghe thấy. Hãy thêm cụm loa vào nhóm, hoặc chọn nơi nhận khác.',
    en: 'What it is aimed at has no speaker at all, so nobody would ever hear it. Put speakers into the group, or aim it at others.',
  },
  'broadcast-already': {
    status: 409,
    vi: 'Lịch phát này đã có: "{title}", lần phát tới lúc {start}, cùng nội dung, cùng giờ và cùng nơi nhận, nên bà con sẽ nghe hai lần. Hãy sửa lịch phát đó, hoặc chọn giờ hay nơi nhận khác.',
    en: 'This is planned already: “{title}”, next at {start}, with the same content, times and speakers, so it would be heard twice. Change that one, or choose another time or other speakers.',
  },
  'broadcast-queue-not-allowed': {
    status: 422,
    vi: 'Chỉ lịch phát cấp tỉnh với mức ưu tiên mới được xếp vào khung giờ của từng xã. Hãy chọn phát đúng giờ.',
    en: 'Only a province’s broadcast of priority “priority” may queue inside the communes’ hours. Choose a fixed time.',
  },
  'broadcast-outside-hours': {
    status: 422,
    vi: 'Lần phát {start} của "{title}" nằm ngoài giờ được phép của {area} ({hoursVi}), nên cụm loa sẽ không phát. Giờ trống gần nhất: {nextVi}.',
    en: 'The airing of {start} of “{title}” lies outside the permitted hours of {area} ({hoursEn}), so the speakers would stay silent. Next free time: {nextEn}.',
  },
  'broadcast-runs-over-hours': {
    status: 422,
    vi: 'Lần phát {start} của "{title}" kết thúc lúc {end}, muộn hơn {actual} phút so với giờ được phép của {area} ({hoursVi}), nên phần cuối sẽ không được phát. Hãy phát sớm hơn, bớt bản tin, hoặc chọn giờ trống gần nhất: {nextVi}.',
    en: 'The airing of {start} of “{title}” ends at {end}, {actual} minutes after the permitted hours of {area} end ({hoursEn}), so its end would not be heard. Begin earlier, shorten it, or take the next free time: {nextEn}.',
  },
  'broadcast-too-many-sessions': {
    status: 422,
    vi: 'Với "{title}", ngày {start} sẽ có {actual} buổi phát, nhiều hơn mức {limit} buổi của {area} (những lần phát cách nhau không quá {gap} phút tính là một buổi). Giờ trống gần nhất: {nextVi}.',
    en: 'With “{title}” there would be {actual} sessions on {start}, more than the {limit} that {area} allows (airings no more than {gap} minutes apart count as one session). Next free time: {nextEn}.',
  },
  'broadcast-session-too-long': {
    status: 422,
    vi: 'Buổi phát {start} có "{title}" sẽ dài {actual} phút, quá mức {limit} phút của {area} (những lần phát cách nhau không quá {gap} phút tính là một buổi). Hãy bớt bản tin hoặc chọn giờ khác: {nextVi}.',
    en: 'The session of {start} with “{title}” would last {actual} minutes, more than the {limit} that {area} allows (airings no more than {gap} minutes apart count as one session). Shorten it or choose another time: {nextEn}.',
  },
  'broadcast-day-too-long': {
    status: 422,
    vi: 'Với "{title}", ngày {start} sẽ phát tổng cộng {actual} phút, quá mức {limit} phút mỗi ngày của {area}. Giờ trống gần nhất: {nextVi}.',
    en: 'With “{title}” there would be {actual} minutes in all on {start}, more than the {limit} a day that {area} allows. Next free time: {nextEn}.',
  },
  'broadcast-day-full': {
    status: 422,
    vi: 'Ngày {start} một cụm loa sẽ có {actual} lần phát, nhiều hơn mức {limit} lần mà cụm loa nhận được trong một ngày, nên các lần cuối ngày sẽ không được phát. Hãy bớt giờ phát hoặc chọn ngày khác.',
    en: 'On {start} a speaker would have {actual} airings, more than the {limit} that it takes in a day, so the last ones would not be heard. Choose fewer times or another day.',
  },
  'broadcast-too-many-clips': {
    status: 422,
    vi: 'Lần phát {start} của "{title}" sẽ có {actual} đoạn âm thanh, nhiều hơn mức {limit} đoạn của một lần phát, nên các đoạn cuối sẽ không được phát. Hãy bớt bản tin, hoặc chỉ phát một thứ tiếng.',
    en: 'The airing of {start} of “{title}” would have {actual} recordings, more than the {limit} of one airing, so the last ones would not be heard. Use fewer bulletins, or one language only.',
  },
  'broadcast-programme-unknown': {
    status: 422,
    vi: 'Không tìm thấy chương trình này. Hãy chọn một chương trình khác.',
    en: 'This programme was not found. Choose another one.',
  },
  'broadcast-area-outside-programme': {
    status: 422,
    vi: 'Chương trình thuộc địa bàn khác, nên không phát được tại địa bàn này. Hãy chọn địa bàn của chương trình hoặc địa bàn bên dưới.',
    en: 'The programme belongs to another area, so it cannot air here. Choose the programme’s area or one below it.',
  },
  'broadcast-cancelled': {
    status: 409,
    vi: 'Lịch phát này đã bị hủy nên không sửa được. Hãy khôi phục trước rồi sửa.',
    en: 'This broadcast is cancelled and cannot be changed. Restore it first.',
  },
  'order-broadcast-unknown': {
    status: 422,
    vi: 'Một lịch phát trong danh sách không phát tại địa bàn này. Hãy tải lại trang rồi sắp xếp lại.',
    en: 'One of these broadcasts does not sound in this area. Reload the page and order them again.',
  },
  'occurrence-begun': {
    status: 409,
    vi: 'Lần phát này đã bắt đầu hoặc đã qua nên không sửa được. Hãy dừng phát nếu cần, hoặc sửa các lần sau.',
    en: 'This has begun or is over, so it cannot be changed. Stop it if need be, or change those that follow.',
  },
  'occurrence-series-ended': {
    status: 409,
    vi: 'Lần phát này đã bị hủy cùng mọi lần phát từ {start}, nên không sửa riêng được. Hãy khôi phục các lần phát đó trước.',
    en: 'This was cancelled with all that follow from {start} on, so it cannot be changed by itself. Restore those first.',
  },
  'occurrence-start-past': {
    status: 422,
    vi: 'Giờ mới đã qua, nên lần phát này sẽ không được phát. Hãy chọn thời điểm sau bây giờ.',
    en: 'The new start has passed already, so this would not be heard. Choose a time that is still to come.',
  },
  'occurrence-following-before': {
    status: 422,
    vi: 'Có ngày phát đứng trước ngày của lần phát được chọn, nên sẽ phát chồng lên lịch cũ. Hãy chọn ngày đầu và các ngày thêm từ ngày đó trở đi.',
    en: 'Some days lie before that of the airing from which on it changes, where the old broadcast still airs. Choose a first day and added days from that one on.',
  },
  'occurrence-following-begun': {
    status: 409,
    vi: 'Lịch phát tiếp nối đã bắt đầu hoặc đã được sửa tiếp nên không gộp lại được. Hãy sửa ngay lịch phát tiếp nối đó.',
    en: 'The broadcast in which it goes on has begun or was changed again, so it cannot be joined. Change that one instead.',
  },
  'occurrence-not-playing': {
    status: 409,
    vi: 'Lần phát này không đang phát, nên không có gì để dừng. Nếu chưa đến giờ, hãy hủy lịch phát.',
    en: 'This is not on air, so there is nothing to stop. If it is still to come, cancel the broadcast.',
  },
  'occurrence-stop-not-sent': {
    status: 503,
    vi: 'Đã ghi nhận lệnh dừng nhưng chưa gửi được tới các cụm loa, nên loa có thể vẫn đang phát. Hãy bấm dừng lại lần nữa.',
    en: 'The stop is on record but could not be sent to the speakers, which may still be playing. Press stop again.',
  },
  'occurrence-range': {
    status: 422,
    vi: 'Khoảng thời gian không hợp lệ: "từ" phải trước "đến" và dài tối đa {days} ngày.',
    en: 'The range is not valid: "from" must lie before "to", at most {days} days apart.',
  },
} as const satisfies Record<string, ProblemText>
