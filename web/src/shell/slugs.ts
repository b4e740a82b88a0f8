/** The first part of the addresses of rooms. */
export type RoomSlug =
  | 'hom-nay'
  | 'lich-phat'
  | 'thu-vien'
  | 'cho-duyet'
  | 'cum-loa'
  | 'thoi-luong'
  | 'nhat-ky'
  | 'tai-khoan'
  | 'nguoi-dung'
  | 'dia-ban'
  | 'cai-dat'
  | 'tro-giup'
