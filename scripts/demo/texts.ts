/** What the demo says in the terminal: Vietnamese unless the terminal's language is English. */
const vi = {
  seconds: (ms: number) => (ms / 1000).toFixed(1).replace('.', ','),
  starting: 'Đang khởi động máy chủ (cơ sở dữ liệu và MQTT đi kèm)…',
  serverReady: (url: string) => `Máy chủ đã chạy: ${url}`,
  worldReady: 'Đã tạo xã Hòa Bình với ba thôn, người soạn và người duyệt là hai tài khoản khác nhau.',
  enrolled: (name: string) => `${name} đã ghép nối và đang chạy.`,
  speaking: 'Đang đọc bản tin thành tiếng…',
  approved: (seconds: string) => `Bản tin dài ${seconds} giây đã được người duyệt duyệt.`,
  scheduled: (time: string) =>
    `Đã lên lịch cho cả ba thôn: hôm nay lúc ${time}, và từ ngày mai mỗi sáng lúc 05:30 (giờ Việt Nam).`,
  ready: (ready: number, total: number) => `Sẵn sàng: ${ready}/${total} cụm loa đã tải xong.`,
  playing: (playing: number, total: number) => `ĐANG PHÁT trên ${playing}/${total} cụm loa.`,
  played: (played: number, total: number) => `Đã phát xong trên ${played}/${total} cụm loa.`,
  airtime: 'Thời lượng phát sóng (giây):',
  area: 'Địa bàn',
  expected: 'dự kiến',
  heard: 'đã phát',
  listen: (files: string[]) =>
    `Máy này không có loa: mỗi cụm loa phát ra một tệp, nghe bằng trình phát bất kỳ:\n  ${files.join('\n  ')}`,
  listenCard: 'Ba cụm loa phát ra loa của máy này.',
  open: 'Mở trang điều khiển (mỗi đường dẫn đăng nhập được một lần, trong 24 giờ):',
  openAsOthers: 'Cũng có thể đăng nhập bằng hai tài khoản kia (mỗi lần một tài khoản trong một trình duyệt):',
  asAdministrator: 'Quản trị',
  noSecondFactor:
    'Bản thử không đòi xác thực hai lớp (SECOND_FACTOR_ROLES=none); máy chủ thật đòi người quản trị và người duyệt có ứng dụng xác thực.',
  asEditor: 'Người soạn',
  asApprover: 'Người duyệt',
  stopHint: (logs: string) =>
    `Bản thử vẫn đang chạy; bản ghi âm và nhật ký nằm trong ${logs}. Nhấn Ctrl-C để dừng tất cả.`,
  stopping: 'Đang dừng…',
  stopped: 'Đã dừng tất cả.',
  portInUse: (port: number) =>
    `Cổng ${port} đang được dùng. Hãy dừng chương trình đó, hoặc chạy: HTTP_PORT=${port + 1} npm run demo`,
  failed: (reason: string, logs: string) => `Không chạy được bản thử: ${reason}\nNhật ký nằm trong ${logs}.`,
  restarted: (name: string) => `${name} khởi động lại theo lệnh.`,
  agentEnded: (name: string, code: string) => `${name} đã dừng bất thường (mã ${code}).`,
  swept: (count: number) => `Đã dọn dữ liệu tạm của ${count} lần chạy thử trước bị ngắt đột ngột.`,
}

const en: typeof vi = {
  seconds: (ms) => (ms / 1000).toFixed(1),
  starting: 'Starting the server (with its own database and MQTT broker)…',
  serverReady: (url) => `The server runs: ${url}`,
  worldReady: 'Made the commune Hòa Bình with three villages; author and approver are two accounts.',
  enrolled: (name) => `${name} is enrolled and running.`,
  speaking: 'Having the bulletin read aloud…',
  approved: (seconds) => `The bulletin, ${seconds} s long, was approved by the approver.`,
  scheduled: (time) =>
    `Scheduled in all three villages: today at ${time}, and from tomorrow every morning at 05:30 (Vietnam time).`,
  ready: (ready, total) => `Ready: ${ready} of ${total} speakers hold it.`,
  playing: (playing, total) => `PLAYING on ${playing} of ${total} speakers.`,
  played: (played, total) => `Played to its end on ${played} of ${total} speakers.`,
  airtime: 'Airtime (seconds):',
  area: 'Area',
  expected: 'expected',
  heard: 'played',
  listen: (files) =>
    `This machine has no sound card: each speaker plays into a file, listen with any player:\n  ${files.join('\n  ')}`,
  listenCard: 'The three speakers play through this machine’s sound card.',
  open: 'Open the console (each link signs in once, within 24 hours):',
  openAsOthers: 'You can sign in as the other two as well (one account at a time in a browser):',
  asAdministrator: 'Administrator',
  noSecondFactor:
    'The demo asks for no second factor (SECOND_FACTOR_ROLES=none); a real server asks administrators and approvers for an authenticator app.',
  asEditor: 'Author',
  asApprover: 'Approver',
  stopHint: (logs) => `The demo runs on; recordings and logs are in ${logs}. Press Ctrl-C to stop everything.`,
  stopping: 'Stopping…',
  stopped: 'Everything is stopped.',
  portInUse: (port) => `Port ${port} is in use. Stop that program, or run: HTTP_PORT=${port + 1} npm run demo`,
  failed: (reason, logs) => `The demo could not run: ${reason}\nThe logs are in ${logs}.`,
  restarted: (name) => `${name} restarts, as it was told to.`,
  agentEnded: (name, code) => `${name} ended unexpectedly (code ${code}).`,
  swept: (count) => `Removed the temporary data of ${count} earlier demo run(s) that were killed.`,
}

export type DemoTexts = typeof vi

/** `locale` as in LC_ALL, LC_MESSAGES or LANG. */
export const demoTexts = (locale: string): DemoTexts => (/^en/i.test(locale) ? en : vi)
